from django.urls import path

from hims.home import views
from hims.staff.views import demo_sign_in

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("demo/sign-in", demo_sign_in, name="demo_sign_in"),
]
