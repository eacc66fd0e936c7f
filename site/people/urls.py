from django.urls import path

from people.views import codes, home, joining, members, organisations, roles, rosters, slips

app_name = "people"
urlpatterns = [
    path("", home.home, name="home"),
    path("profile/", home.profile, name="profile"),
    path("profile/sign-out-everywhere/", home.sign_out_everywhere, name="sign_out_everywhere"),
    path("organisations/", organisations.organisation_list, name="organisation_list"),
    path("organisations/<int:pk>/", organisations.organisation_detail, name="organisation_detail"),
    path("organisations/<int:pk>/add/", joining.member_add, name="member_add"),
    path("members/<int:pk>/end/", joining.membership_end, name="membership_end"),
    path("members/<int:pk>/", members.member_detail, name="member_detail"),
    path("members/<int:pk>/code/", members.issue_code, name="issue_code"),
    path("members/<int:pk>/identity/", members.identity, name="identity"),
    path("members/<int:pk>/reset-second-factor/", members.reset_second_factor, name="reset_second_factor"),
    path("rosters/", rosters.roster_list, name="roster_list"),
    path("rosters/new/", rosters.roster_upload, name="roster_upload"),
    path("rosters/template/", rosters.roster_template, name="roster_template"),
    path("rosters/<int:pk>/", rosters.roster_detail, name="roster_detail"),
    path("rosters/<int:pk>/columns/", rosters.roster_columns, name="roster_columns"),
    path("rosters/<int:pk>/import/", rosters.roster_import, name="roster_import"),
    path("rosters/<int:pk>/problems/", rosters.roster_problems, name="roster_problems"),
    path("slips/", slips.slips, name="slips"),
    path("first/", codes.first_sign_in, name="first_sign_in"),
    path("first/password/", codes.choose_password, name="choose_password"),
    path("first/<str:token>/", codes.first_sign_in_token, name="first_sign_in_token"),
    path("roles/", roles.role_list, name="role_list"),
    path("roles/give/", roles.role_give, name="role_give"),
    path("roles/<int:pk>/end/", roles.role_end, name="role_end"),
]
