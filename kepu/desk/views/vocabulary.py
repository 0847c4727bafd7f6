"""The district's words: every list, and for the office what it adds and changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.session import account_of, allow
from kepu.core.clock import now
from kepu.core.models import Term
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.core.vocabulary import Vocabulary, labels, name_of, terms, vocabularies
from kepu.desk import rules, services
from kepu.desk.forms import NewTermForm, TermForm

Trail = list[tuple[str, str]]


@require_safe
def vocabulary_list(request: HttpRequest) -> HttpResponse:
    """Which lists there are, and how many words each has in use."""
    allow(rules.can_read_vocabulary(request.user))
    counts = Counter(Term.objects.filter(is_active=True).values_list("vocabulary", flat=True))
    lists = [(one, counts[one.name]) for one in vocabularies().values()]
    return render(request, "desk/vocabularies.html", {"lists": lists})


@require_safe
def vocabulary(request: HttpRequest, name: str) -> HttpResponse:
    """One list with the words in use and those that are not."""
    allow(rules.can_read_vocabulary(request.user))
    found = _vocabulary(name)
    parents = labels(found.parents) if found.parents else {}
    rows = [(term, parents.get(term.parent_code, "")) for term in Term.objects.filter(vocabulary=name)]
    context = {
        "vocabulary": found,
        "rows": [row for row in rows if row[0].is_active],
        "unused": [row for row in rows if not row[0].is_active],
        "may_edit": rules.can_edit_vocabulary(request.user),
        "trail": _trail((str(found), "")),
    }
    return render(request, "desk/vocabulary.html", context)


def add_term(request: HttpRequest, name: str) -> HttpResponse:
    allow(rules.can_edit_vocabulary(request.user))
    found = _vocabulary(name)
    parents = [(one.code, name_of(one)) for one in terms(found.parents)] if found.parents else []
    form = NewTermForm(request.POST or None, parents=parents)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.add_term(name, by=account_of(request), at=now(), **form.cleaned_data)
            messages.success(request, _("已添加。"))
            return redirect("desk:vocabulary", name=name)
    return _form_page(request, form=form, vocabulary=found, title=_("添加词条"))


def edit_term(request: HttpRequest, pk: int) -> HttpResponse:
    allow(rules.can_edit_vocabulary(request.user))
    term = get_object_or_404(Term, pk=pk)
    form = TermForm(request.POST or None, initial=TermForm.initial_of(term))
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.edit_term(term, by=account_of(request), at=now(), **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("desk:vocabulary", name=term.vocabulary)
    return _form_page(request, form=form, vocabulary=_vocabulary(term.vocabulary), title=_("修改词条"))


@require_POST
def deactivate_term(request: HttpRequest, pk: int) -> HttpResponse:
    return _switch(request, pk=pk, deed=services.deactivate_term, done=_("已停用。用过它的记录不受影响。"))


@require_POST
def activate_term(request: HttpRequest, pk: int) -> HttpResponse:
    return _switch(request, pk=pk, deed=services.activate_term, done=_("已恢复使用。"))


def _switch(request: HttpRequest, *, pk: int, deed: Callable[..., Term], done: str) -> HttpResponse:
    term = get_object_or_404(Term, pk=pk)
    with refusals_as_messages(request):
        deed(term, by=account_of(request), at=now())
        messages.success(request, done)
    return redirect("desk:vocabulary", name=term.vocabulary)


def _vocabulary(name: str) -> Vocabulary:
    try:
        return vocabularies()[name]
    except KeyError:
        raise Http404 from None


def _form_page(request: HttpRequest, *, form: TermForm, vocabulary: Vocabulary, title: str) -> HttpResponse:
    back = reverse("desk:vocabulary", args=[vocabulary.name])
    context = {
        "form": form,
        "title": title,
        "back": back,
        "trail": _trail((str(vocabulary), back), (title, "")),
    }
    return render(request, "desk/term.html", context)


def _trail(*rest: tuple[str, str]) -> Trail:
    return [(_("词表"), reverse("desk:vocabularies")), *rest]
