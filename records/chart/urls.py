"""The route by which people say why they look at a chart."""

from django.urls import path

from records.chart import purposes

app_name = "purpose"
urlpatterns = [path("<uuid:patient_id>/purpose", purposes.state, name="state")]
