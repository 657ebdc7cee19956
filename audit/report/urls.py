"""The report for a patient, under /privacy/report/."""

from django.urls import path

from audit.report.views import report

app_name = "report"
urlpatterns = [path("", report, name="report")]
