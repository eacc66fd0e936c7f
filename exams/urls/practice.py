from django.urls import URLPattern, path

from exams.views import mocks, practice, practice_banks

urlpatterns: list[URLPattern] = [
    path("", practice.practice_home, name="practice"),
    path("banks/<int:pk>/", practice.practice_bank, name="practice_bank"),
    path("banks/<int:pk>/ask/", practice.practice_ask, name="practice_ask"),
    path("banks/<int:pk>/mock/", mocks.mock_new, name="mock_new"),
    path("banks/<int:pk>/settings/", practice_banks.practice_settings, name="practice_settings"),
    path("wrong/", practice.wrong_list, name="practice_wrong"),
    path("wrong/ask/", practice.wrong_ask, name="practice_wrong_ask"),
    path("answers/<int:pk>/", practice.practice_answered, name="practice_answered"),
    path("answers/<int:pk>/judge/", practice.practice_judge, name="practice_judge"),
    path("pictures/<int:pk>/", practice.practice_picture, name="practice_picture"),
    path("exams/<int:pk>/mock/", mocks.mock_like, name="mock_like"),
    path("mocks/<int:pk>/", mocks.mock_exam, name="mock_exam"),
    path("mocks/<int:pk>/result/", mocks.mock_result, name="mock_result"),
]
