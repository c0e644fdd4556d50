/** Today: every area at a glance, what is proposed, what is degraded. */
import type { AreaToday, DayCell, Dust, Today, Vocabulary } from "../api/types";
import { levelChip, levelName, levelOf, levelPaint, levelWord } from "../colours";
import type { Context, View } from "../context";
import { fill, h } from "../dom";
import { named, t } from "../language";
import { percent, pollutantLabels, ranged, shown } from "../numbers";
import { dustCard, dustForeseen, modelDustFlag } from "../dust_card";
import { degradations, proposals } from "../parts";
import { shownDay, shownWeekday } from "../time";

export function todayView(context: Context): View {
  const element = h("div", { class: "today" });
  return {
    element,
    async show() {
      const [today, dust] = await Promise.all([context.api.get<Today>("today"), context.api.get<Dust>("dust")]);
      const regions = today.areas.filter((area) => area.scope === "region");
      const places = today.areas.filter((area) => area.scope === "place");
      fill(element, h("h1", { class: "hidden" }, t("today")),
        h("section", { class: "regions", "aria-label": t("regionsAtGlance") }, regions.map((area) => regionCard(context, area, dust))),
        h("div", { class: "aside" }, proposals(today, context.vocabulary), degradations(today.degradations, today.lacking),
          h("p", {}, h("a", { href: `api/runs/${today.run.id}/bulletin`, target: "_blank", rel: "noopener" }, t("bulletin"), " ›"))),
        h("div", { class: "days-and-dust" }, placesTable(context, places, dust), dustCard(dust, context.vocabulary)), legend(context.vocabulary));
    },
  };
}

function openPlace(context: Context, area: AreaToday): (event: Event) => void {
  return (event) => { event.preventDefault(); context.go({ view: "place", values: { place: area.id } }); };
}

function regionCard(context: Context, area: AreaToday, dust: Dust): HTMLElement {
  const { vocabulary } = context, [first] = area.days;
  return h("article", { class: "card regioncard" },
    h("h2", {}, h("a", { href: `#/place?place=${area.id}`, onclick: openPlace(context, area) }, named(area))),
    first ? headline(vocabulary, first, dustForeseen(dust, vocabulary, area.id, first.day)) : h("p", {}, t("none")),
    h("ol", { class: "days" }, area.days.map((cell) => dayTile(vocabulary, cell, dustForeseen(dust, vocabulary, area.id, cell.day)))));
}

function headline(vocabulary: Vocabulary, cell: DayCell, foreseen: boolean): HTMLElement {
  const level = levelOf(vocabulary, cell.level);
  return h("div", { class: "headline" },
    h("div", { class: "big painted", style: levelPaint(level) }, h("small", {}, "AQI"), h("strong", {}, shown(cell.aqi.median)),
      h("span", {}, levelName(level))),
    h("dl", {},
      pair(`${shownDay(cell.day)} ${shownWeekday(cell.day)}`, h("b", {}, `AQI ${ranged(cell.aqi)}`)),
      pair(t("primary"), pollutantLabels(vocabulary, cell.primary) || t("none"), cell.dust && dustFlag(), foreseen && modelDustFlag()),
      pair(t("heavyChance"), h("b", {}, percent(cell.heavy))),
      pair("PM₂.₅", `${shown(cell.pm25.median)} (${ranged(cell.pm25)}) µg/m³`)),
    chances(vocabulary, cell.probability));
}

function pair(name: string, ...value: (Node | string | false)[]): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

export function dustFlag(): HTMLElement {
  return h("span", { class: "dustflag" }, t("dust"));
}

/** The chance of each level as a bar; those of five percent and more are written. */
function chances(vocabulary: Vocabulary, probability: DayCell["probability"]): HTMLElement {
  const parts = vocabulary.levels.map((level, index) => ({ level, share: probability[index] ?? 0 })).filter((one) => one.share >= 0.005);
  const words = parts.map(({ level, share }) => `${levelName(level)} ${percent(share)}`).join(", ");
  return h("div", { class: "chances", role: "img", "aria-label": `${t("levelChances")}: ${words}` },
    parts.map(({ level, share }) => h("span", { class: "painted", title: `${levelName(level)} ${percent(share)}`,
      style: { ...levelPaint(level), "flex-grow": String(share) } }, share >= 0.12 ? percent(share) : "")));
}

function dayTile(vocabulary: Vocabulary, cell: DayCell, foreseen: boolean): HTMLElement {
  const level = levelOf(vocabulary, cell.level);
  return h("li", {},
    h("span", { class: "date" }, shownDay(cell.day), h("br"), shownWeekday(cell.day)),
    h("span", { class: "tile painted", style: levelPaint(level) }, h("b", {}, shown(cell.aqi.median)), h("small", {}, levelWord(level))),
    h("span", { class: "range" }, ranged(cell.aqi)),
    h("span", { class: "heavy", title: t("heavyChance") }, t("heavyShort"), " ", percent(cell.heavy)),
    cell.dust && dustFlag(), foreseen && modelDustFlag());
}

function placesTable(context: Context, places: AreaToday[], dust: Dust): HTMLElement {
  const days = [...new Set(places.flatMap((place) => place.days.map((cell) => cell.day)))].sort();
  return h("section", { class: "card places" }, h("h2", {}, t("cities")),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("cities") }, h("table", { class: "grid" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("placeLabel")), h("th", { scope: "col" }, t("measured"), h("small", {}, " PM₂.₅")),
        days.map((day) => h("th", { scope: "col" }, shownDay(day), h("small", {}, ` ${shownWeekday(day)}`))))),
      h("tbody", {}, places.map((place) => h("tr", {},
        h("th", { scope: "row" }, h("a", { href: `#/place?place=${place.id}`, onclick: openPlace(context, place) }, named(place))),
        h("td", { class: "number", title: place.measured_day ? shownDay(place.measured_day) : null }, shown(place.measured_pm25)),
        days.map((day) => placeCell(context.vocabulary, place.days.find((cell) => cell.day === day), dustForeseen(dust, context.vocabulary, place.id, day)))))))));
}

function placeCell(vocabulary: Vocabulary, cell: DayCell | undefined, foreseen: boolean): HTMLElement {
  if (!cell || cell.aqi.median === null) return h("td", { class: "cell" }, t("noValue"));
  const level = levelOf(vocabulary, cell.level);
  const title = `${levelName(level)}; ${t("heavyChance")} ${percent(cell.heavy)}; ${t("pollutedChance")} ${percent(cell.polluted)}`;
  return h("td", { class: "cell", title },
    h("span", { class: "value painted", style: levelPaint(level) }, shown(cell.aqi.median)),
    h("span", { class: "under" }, ranged(cell.aqi)),
    h("span", { class: "under" }, pollutantLabels(vocabulary, cell.primary), cell.dust && dustFlag(), foreseen && modelDustFlag()));
}

export function legend(vocabulary: Vocabulary): HTMLElement {
  return h("ul", { class: "legend", "aria-label": t("legend") }, vocabulary.levels.map((level) =>
    h("li", {}, levelChip(level, level.number === 6 ? `>${level.lowest - 1}` : `${level.lowest}–${level.highest}`), levelName(level))));
}
