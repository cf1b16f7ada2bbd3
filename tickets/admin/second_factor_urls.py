"""Of django-allauth's pages the few that staff need; no sign-up, no mail, no others' accounts."""

from django.contrib import admin
from django.urls import path

from tickets.admin import second_factor_pages as pages

view = admin.site.admin_view

urlpatterns = [
    # The library looks for the sign-in page under this name.
    path("login/", admin.site.login, name="account_login"),
    path("login/code/", pages.CodePage.as_view(), name="mfa_authenticate"),
    path("security/", view(pages.SecurityPage.as_view()), name="mfa_index"),
    path("security/confirm/", view(pages.ConfirmPasswordPage.as_view()), name="account_reauthenticate"),
    path("security/confirm/code/", view(pages.ConfirmCodePage.as_view()), name="mfa_reauthenticate"),
    path(
        "security/confirm/passkey/",
        view(pages.ConfirmPasskeyPage.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path("security/app/", view(pages.SetUpAppPage.as_view()), name="mfa_activate_totp"),
    path("security/app/remove/", view(pages.RemoveAppPage.as_view()), name="mfa_deactivate_totp"),
    path("security/codes/", view(pages.CodesPage.as_view()), name="mfa_view_recovery_codes"),
    path("security/codes/new/", view(pages.NewCodesPage.as_view()), name="mfa_generate_recovery_codes"),
    path("security/passkeys/add/", view(pages.AddPasskeyPage.as_view()), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/", view(pages.RemovePasskeyPage.as_view()), name="mfa_remove_webauthn"),
    path("security/sign-out-elsewhere/", view(pages.sign_out_elsewhere), name="sign_out_elsewhere"),
]
