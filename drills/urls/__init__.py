from drills.urls import design, documents, evaluation, examples, field, improvement, msel, plans, run, simple

app_name = "drills"
urlpatterns = [
    *examples.urlpatterns,
    *plans.urlpatterns,
    *simple.urlpatterns,
    *run.urlpatterns,
    *field.urlpatterns,
    *msel.urlpatterns,
    *evaluation.urlpatterns,
    *documents.urlpatterns,
    *improvement.urlpatterns,
    *design.urlpatterns,
]
