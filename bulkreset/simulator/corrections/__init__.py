"""Where Cognito differs from moto: operations answered here, checks before moto answers, amended answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from bulkreset.simulator.calls import Call, HttpAnswer
from bulkreset.simulator.corrections import (
    accounts,
    attributes,
    challenges,
    description,
    invitations,
    own_account,
    reading,
    recovery,
    replicas,
    sign_in,
    tokens,
)
from bulkreset.simulator.world import World

Operation = Callable[[World, Call], dict[str, Any]]
Check = Callable[[World, Call], None]
Amendment = Callable[[World, Call, HttpAnswer], HttpAnswer]

CORRECTED: Mapping[str, Operation] = MappingProxyType(
    {
        "AdminDisableUser": accounts.admin_disable_user,
        "AdminEnableUser": accounts.admin_enable_user,
        "AdminGetUser": reading.admin_get_user,
        "AdminResetUserPassword": recovery.admin_reset_user_password,
        "AdminSetUserPassword": accounts.admin_set_user_password,
        "AdminUpdateUserAttributes": attributes.admin_update_user_attributes,
        "AdminUserGlobalSignOut": accounts.admin_user_global_sign_out,
        "ChangePassword": own_account.change_password,
        "ConfirmForgotPassword": recovery.confirm_forgot_password,
        "ForgotPassword": recovery.forgot_password,
        "GlobalSignOut": own_account.global_sign_out,
        "ListUsers": reading.list_users,
        "ListUserPoolReplicas": replicas.list_user_pool_replicas,
        "ListUsersInGroup": reading.list_users_in_group,
    }
)

CHECKED: Mapping[str, Check] = MappingProxyType(
    {
        "AdminCreateUser": invitations.check_temporary_password,
        "AdminInitiateAuth": sign_in.check_sign_in,
        "AdminRespondToAuthChallenge": sign_in.check_client,
        "InitiateAuth": sign_in.check_sign_in,
        **dict.fromkeys(tokens.LEFT_TO_MOTO, tokens.check_holder),
    }
)

AMENDED: Mapping[str, Amendment] = MappingProxyType(
    {
        "AdminCreateUser": description.amend_created,
        "DescribeUserPool": description.amend_description,
        "DescribeUserPoolClient": description.amend_client,
    }
)


def corrected(call: Call) -> Operation | None:
    """The operation that answers this call instead of moto."""
    if invitations.is_resend(call):
        return invitations.resend_invitation
    if sign_in.is_by_password(call):
        return sign_in.sign_in_by_password
    if challenges.is_new_password(call):
        return challenges.answer_new_password
    return CORRECTED.get(call.operation)
