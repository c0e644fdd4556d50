/** Consult: the forecaster's questions with their evidence; then changes, notes, agreement, sign-off, warnings. */
import type { Consult } from "../api/types";
import { questions } from "../consult/chain";
import { Discussion } from "../consult/discussion";
import { ProductTable } from "../consult/product";
import { WarningDesk } from "../consult/warnings";
import type { Context, View } from "../context";
import { fill, h, segments } from "../dom";
import { named, t } from "../language";
import { told } from "../telling";
import type { State } from "../state";

export function consultView(context: Context): View {
  const controls = h("div", { class: "controls" }), chain = h("div", { class: "questions" });
  const product = new ProductTable(context, () => void refresh()), discussion = new Discussion(context, () => void refresh()), warnings = new WarningDesk(context, () => void refresh());
  const hint = h("p", { class: "card quiet" });
  const desk = h("div", { class: "stack" }, hint, product.element, h("div", { class: "two" }, discussion.element, warnings.element));
  const element = h("div", { class: "stack" }, h("h1", { class: "hidden" }, t("consult")), controls, chain, desk);
  let region = "", latest = 0, told_for = "";

  async function refresh(): Promise<void> {
    const turn = ++latest, { session } = context;
    hint.hidden = session.me.logged_in;
    hint.textContent = session.available ? t("logInToAct") : t("recordUnavailable");
    if (!session.available) return;
    try {
      await Promise.all([product.show(region, () => turn === latest), discussion.show(() => turn === latest), warnings.show(region, () => turn === latest)]);
    } catch (fault) {
      hint.hidden = false;
      hint.textContent = told(fault);
    }
  }

  const forget = context.session.onChange(() => void refresh());
  return {
    element,
    async show(state: State) {
      const { vocabulary } = context, ids = vocabulary.first_regions;
      region = ids.includes(state.values.region ?? "") ? state.values.region ?? "" : ids[0] ?? "";
      const held = await context.api.get<Consult>("consult", { region });
      const choices = vocabulary.regions.filter((one) => ids.includes(one.id)).map((one) => ({ value: one.id, label: named(one) }));
      fill(controls, segments(t("region"), choices, region, (value) => context.go({ values: { region: value } })));
      fill(chain, questions(context, held, state.values.question ?? ""));
      if (told_for !== region) await refresh();
      told_for = region;
    },
    destroy: forget,
  };
}
