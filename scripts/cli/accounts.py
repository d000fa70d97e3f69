"""``account``: accounts on the server itself, the way back for a lost password among them."""

from __future__ import annotations

from typing import Annotated

import typer

from dedup.jobs.people import Issued
from dedup.people import KeyId, Role
from scripts.cli.opening import Doer, Json, opened
from scripts.cli.output import console, print_json, print_table

Login = Annotated[str, typer.Argument(help="Tên đăng nhập.")]
Unit = Annotated[
    str | None, typer.Option(help="Mã hoặc tên đơn vị; '' là không thuộc riêng đơn vị nào.")
]


def add_to(app: typer.Typer) -> None:
    accounts = typer.Typer(help="Tài khoản / accounts.", no_args_is_help=True)
    accounts.command("list")(listed)
    accounts.command("add")(add)
    accounts.command("change")(change)
    accounts.command("password")(password)
    accounts.command("token")(token)
    accounts.command("tokens")(tokens)
    app.add_typer(accounts, name="account")


def listed(as_json: Json = False) -> None:
    """Mọi tài khoản / every account."""
    with opened() as application:
        accounts, tree = application.people.all(), application.deduplicator.units()
    if as_json:
        print_json(accounts)
        return
    rows = (
        (
            account.login,
            account.name,
            account.role,
            tree.name_of(account.unit_id),
            "" if account.active else "đã ngừng",
        )
        for account in accounts
    )
    print_table("Tài khoản", ("Tên đăng nhập", "Họ tên", "Vai trò", "Đơn vị", ""), rows)


def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Họ tên, hiện trong kết luận và nhật ký.")],
    role: Annotated[Role, typer.Option()] = Role.REVIEWER,
    unit: Unit = None,
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Thêm tài khoản, in mật khẩu dùng một lần / add one, print a one-time password."""
    with opened() as application:
        home = application.deduplicator.units().chosen(unit or "")
        issued = application.people.add(login, name, role, unit_id=home, by=by)
    _show(issued, as_json=as_json)


def change(
    login: Login,
    role: Annotated[Role | None, typer.Option()] = None,
    unit: Unit = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Dùng lại, hoặc ngừng dùng.")
    ] = None,
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Đổi vai trò, đơn vị, ngừng hoặc dùng lại / change role and unit, stop or bring back."""
    with opened() as application:
        tree = application.deduplicator.units()
        before = application.people.find(login)
        after = application.people.change(
            before.id,
            role=before.role if role is None else role,
            unit_id=before.unit_id if unit is None else tree.chosen(unit),
            active=before.active if active is None else active,
            by=by,
        )
    if as_json:
        print_json(after)
    else:
        console.print(f"Đã lưu tài khoản {after.login}.")


def password(login: Login, by: Doer = "", as_json: Json = False) -> None:
    """Cấp mật khẩu dùng một lần thay mật khẩu đã mất / a one-time password for a lost one."""
    with opened() as application:
        account = application.people.find(login)
        issued = application.people.reset_password(account.id, by=by)
    _show(issued, as_json=as_json)
    if not as_json:
        console.print("Mật khẩu cũ, mọi phiên đăng nhập và mã truy cập đã hết hiệu lực.")


def token(
    login: Login,
    label: Annotated[str, typer.Option(help="Mã dùng cho việc gì.")],
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Tạo mã truy cập API, in một lần / make a token for a program, printed once."""
    with opened() as application:
        account = application.people.find(login)
        secret = application.people.make_token(account.id, label, by=by)
    if as_json:
        print_json({"login": account.login, "token": secret})
    else:
        console.print(f"Mã truy cập, chỉ in lần này: {secret}")


def tokens(
    login: Login,
    end: Annotated[int | None, typer.Option(help="Thu hồi mã mang số này.")] = None,
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Các mã truy cập còn hiệu lực; --end thu hồi một mã / tokens in force, or end one."""
    with opened() as application:
        account = application.people.find(login)
        if end is not None:
            application.people.end_token(account.id, KeyId(end), by=by)
        keys = application.people.tokens(account.id)
    if as_json:
        print_json([{"id": k.id, "label": k.label, "made_at": k.made_at} for k in keys])
    else:
        rows = ((k.id, k.label, f"{k.made_at:%d/%m/%Y}") for k in keys)
        print_table("Mã truy cập", ("Số", "Dùng cho", "Tạo ngày"), rows)


def _show(issued: Issued, *, as_json: bool) -> None:
    if as_json:
        print_json({"login": issued.account.login, "password": issued.password})
        return
    console.print(f"Tài khoản {issued.account.login} ({issued.account.name}).")
    console.print(f"Mật khẩu dùng một lần, chỉ in lần này: {issued.password}")
