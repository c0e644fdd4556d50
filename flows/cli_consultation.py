"""The parts of the `bogda` command about the consultation: accounts, the record, warnings."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson

consultation_app = typer.Typer(no_args_is_help=True, help="会商：账户与记录 · Accounts and the record.")
warnings_app = typer.Typer(no_args_is_help=True, help="重污染预警 · Heavy-pollution warnings.")

Store = Annotated[str, typer.Option(help="产品库目录 · Store, a folder.")]
Settings = Annotated[
    str | None, typer.Option(help="会商配置，缺省为configs/consultation.yaml · Choices, a YAML file.")
]
Name = Annotated[str, typer.Argument(help="用户名 · Name of the account.")]
PasswordFile = Annotated[
    str | None,
    typer.Option(
        help="密码文件，- 为标准输入；缺省时在终端询问 · File with the password; - is standard input."
    ),
]
New = Annotated[bool, typer.Option("--new", help="产品库不存在时新建 · Begin a store that is not there.")]
RoleOption = Annotated[
    str | None,
    typer.Option("--role", help="角色 Role：viewer, forecaster, meteorologist, approver, administrator"),
]
RoleArgument = Annotated[
    str | None, typer.Argument(metavar="role", help="角色，也可用--role · Role; --role ROLE is the same.")
]
Person = Annotated[str, typer.Option("--as", help="以谁的身份 · Name of your account.")]
Reason = Annotated[str, typer.Option(help="理由 · Why.")]
Warned = Annotated[str, typer.Argument(metavar="warning", help="预警编号 · Id of the warning.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.add_typer(consultation_app, name="consultation")
    app.add_typer(warnings_app, name="warnings")


@consultation_app.command("add-user")
def add_user(  # noqa: PLR0913, PLR0917 - one for each option
    name: Name,
    role_word: RoleArgument = None,
    role: RoleOption = None,
    shown_name: Annotated[str, typer.Option(help="显示名 · Name as shown.")] = "",
    password_file: PasswordFile = None,
    store: Store = "store",
    settings: Settings = None,
    new: New = False,
) -> None:
    """新建账户；密码在终端询问 · Make an account; the password is asked for."""
    from flows.commands.consultation_accounts import add, one_role

    add((store, settings), (name, one_role(role_word, role), shown_name), password_file, new=new)


@consultation_app.command("list-users")
def list_users(store: Store = "store", settings: Settings = None, as_json: AsJson = False) -> None:
    """列出账户 · List the accounts."""
    from flows.commands.consultation_accounts import show

    show((store, settings), as_json=as_json)


@consultation_app.command("set-password")
def set_password(
    name: Name, password_file: PasswordFile = None, store: Store = "store", settings: Settings = None
) -> None:
    """更换密码，并结束其登录 · Another password; the account's sessions end."""
    from flows.commands.consultation_accounts import change_password

    change_password((store, settings), name, password_file)


@consultation_app.command("set-role")
def set_role(
    name: Name,
    role_word: RoleArgument = None,
    role: RoleOption = None,
    store: Store = "store",
    settings: Settings = None,
) -> None:
    """更换角色，并结束其登录 · Another role; the account's sessions end."""
    from flows.commands.consultation_accounts import change_role, one_role

    change_role((store, settings), name, one_role(role_word, role))


@consultation_app.command("disable-user")
def disable_user(name: Name, store: Store = "store", settings: Settings = None) -> None:
    """停用账户，并结束其登录 · Shut an account off; its sessions end."""
    from flows.commands.consultation_accounts import change_enabled

    change_enabled((store, settings), name, enabled=False)


@consultation_app.command("enable-user")
def enable_user(name: Name, store: Store = "store", settings: Settings = None) -> None:
    """恢复账户 · Open an account again."""
    from flows.commands.consultation_accounts import change_enabled

    change_enabled((store, settings), name, enabled=True)


@consultation_app.command("verify-record")
def verify_record(
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="已公布的“行号:校验值”，可重复 · Anchor told earlier, repeatable."),
    ] = None,
    store: Store = "store",
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """逐行校验会商记录；有改动则报告第一处并以非零退出 · Prove the record; the first broken row is named."""
    from flows.commands.consultation_record import verify

    verify((store, settings), anchor or [], as_json=as_json)


@warnings_app.command("evaluate")
def warnings_evaluate(
    forecast: Annotated[str, typer.Argument(help="预报文件 · The forecast.nc of a run.")],
    as_json: AsJson = False,
) -> None:
    """按预报给出预警建议及依据 · Propose warnings from a forecast, with evidence."""
    from flows.commands.warning_proposals import run

    run(forecast, as_json=as_json)


@warnings_app.command("list")
def warnings_list(
    every: Annotated[bool, typer.Option("--all", help="含已结束的 · Those that have ended too.")] = False,
    store: Store = "store",
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """列出预警及其状态 · List warnings and their states."""
    from flows.commands.warning_states import show

    show((store, settings), every=every, as_json=as_json)


@warnings_app.command("propose")
def warnings_propose(
    run: Annotated[str, typer.Argument(help="起报，如 demo/20261120T080000Z · Run.")],
    area: Annotated[str, typer.Argument(help="区域或地点 · Region or place, such as wu-chang-shi.")],
    person: Person,
    password_file: PasswordFile = None,
    store: Store = "store",
    settings: Settings = None,
) -> None:
    """按该起报的建议拟预警 · Propose a warning as the run's rules have it."""
    from flows.commands.warning_states import propose_one

    propose_one((store, settings), run, area, (person, password_file))


@warnings_app.command("approve")
def warnings_approve(
    name: Warned, person: Person, reason: Reason, password_file: PasswordFile = None, store: Store = "store",
    settings: Settings = None,
) -> None:  # fmt: skip
    """审批预警文本 · Approve the text of a warning."""
    from flows.commands.warning_states import act

    act((store, settings), "approve", name, reason, (person, password_file))


@warnings_app.command("issue")
def warnings_issue(
    name: Warned, person: Person, reason: Reason, password_file: PasswordFile = None, store: Store = "store",
    settings: Settings = None,
) -> None:  # fmt: skip
    """签发已审批的预警（首次、更新或降级） · Issue what was approved: first, as an update, or milder."""
    from flows.commands.warning_states import act

    act((store, settings), "issue", name, reason, (person, password_file))


@warnings_app.command("lift")
def warnings_lift(
    name: Warned, person: Person, reason: Reason, password_file: PasswordFile = None, store: Store = "store",
    settings: Settings = None,
) -> None:  # fmt: skip
    """解除预警 · Lift a warning."""
    from flows.commands.warning_states import act

    act((store, settings), "lift", name, reason, (person, password_file))
