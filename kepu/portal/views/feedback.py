"""意见与投诉: write without an account, follow it by its number; the office answers at its desk."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kepu.accounts.session import account_of, allow
from kepu.core.access import public
from kepu.core.clock import now
from kepu.core.pages import refusals_in_form
from kepu.core.rate_limit import Limit, takes_turn
from kepu.portal import rules, services
from kepu.portal.forms import AnswerForm, FeedbackForm, NumberForm
from kepu.portal.models import Feedback, FeedbackState

ROWS_A_PAGE = 20
# A whole office may sit behind one address.
LETTERS = Limit("feedback", most=10, seconds=3600)
NUMBERS = Limit("feedback_number", most=30, seconds=60)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    form = FeedbackForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            if not takes_turn(_address(request), limit=LETTERS, at=now()):
                form.add_error(None, _("这里刚收到好几件，请过一个小时再写。急事请打办公室电话。"))
            else:
                sent = services.send_feedback(at=now(), **form.cleaned_data)
                return redirect("portal:feedback_followed", number=sent.number)
    return render(request, "portal/feedback/write.html", {"form": form, "number_form": NumberForm()})


@public
@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """From a number somebody types to the page of that letter."""
    form = NumberForm(request.GET)
    if form.is_valid():
        return redirect("portal:feedback_followed", number=form.cleaned_data["number"])
    return render(request, "portal/feedback/write.html", {"form": FeedbackForm(), "number_form": form})


@public
@never_cache
@require_safe
def followed(request: HttpRequest, number: str) -> HttpResponse:
    """What became of a letter, for whoever knows its number."""
    if not takes_turn(_address(request), limit=NUMBERS, at=now()):
        return render(request, "portal/feedback/too_many.html", status=429)
    found = get_object_or_404(Feedback, number=number)
    return render(request, "portal/feedback/followed.html", {"feedback": found})


@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """All letters for the office, those that wait first."""
    allow(rules.can_answer_feedback(request.user))
    letters = Feedback.objects.order_by("-state", "-sent_at", "-pk")
    page = Paginator(letters, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/feedback/waiting.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    allow(rules.can_answer_feedback(request.user))
    found = get_object_or_404(Feedback, number=number)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.answer_feedback(found, by=account_of(request), at=now(), **form.cleaned_data)
            messages.success(request, _("已答复。凭受理号的人现在就能看到。"))
            return redirect("portal:feedback_desk")
    is_open = found.state == FeedbackState.OPEN
    return render(
        request, "portal/feedback/answer.html", {"feedback": found, "form": form, "is_open": is_open}
    )


def _address(request: HttpRequest) -> str:
    """The visitor's own, behind as many proxies as the settings name."""
    return str(get_adapter().get_client_ip(request))
