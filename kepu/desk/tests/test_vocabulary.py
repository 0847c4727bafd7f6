"""The district's words at the desk: read by staff, kept by the office, every change on record."""

import pytest
from django.urls import reverse

from kepu.accounts.models import Role
from kepu.audit.deeds import deed_names
from kepu.audit.models import Entry
from kepu.audit.services import SYSTEM
from kepu.core.errors import NotAllowed, WrongState
from kepu.core.models import Term
from kepu.core.vocabulary import load_shipped_terms, vocabularies
from kepu.desk import services
from tests.factories.accounts import make_user, personas
from tests.factories.plans import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_user(Role.DISTRICT_OFFICE)


@pytest.fixture
def term(office):
    return services.add_term("brands", label="科普集市", label_en="", aliases=[], by=office, at=AT)


def text(response):
    return response.content.decode()


def test_only_the_office_changes_words(term):
    people = personas()
    for role, user in people.items():
        if role == Role.DISTRICT_OFFICE:
            continue
        with pytest.raises(NotAllowed):
            services.add_term("brands", label="x", label_en="", aliases=[], by=user, at=AT)
        for deed in (services.deactivate_term, services.activate_term):
            with pytest.raises(NotAllowed):
                deed(term, by=user, at=AT)
        with pytest.raises(NotAllowed):
            services.edit_term(term, label="x", label_en="", aliases=[], by=user, at=AT)
    assert services.deactivate_term(term, by=SYSTEM, at=AT).is_active is False


def test_every_change_is_on_record(office, term):
    services.edit_term(term, label="科学集市", label_en="Fair", aliases=["集市"], by=office, at=AT)
    services.deactivate_term(term, by=office, at=AT)
    services.activate_term(term, by=office, at=AT)
    deeds = list(Entry.objects.order_by("pk").values_list("deed", flat=True))
    assert deeds == ["add_term", "edit_term", "deactivate_term", "activate_term"]
    assert Entry.objects.get(deed="edit_term").changes == {"label": ["科普集市", "科学集市"]}


def test_a_word_is_not_switched_to_what_it_is(office, term):
    with pytest.raises(WrongState):
        services.activate_term(term, by=office, at=AT)
    services.deactivate_term(term, by=office, at=AT)
    with pytest.raises(WrongState):
        services.deactivate_term(Term.objects.get(pk=term.pk), by=office, at=AT)


def test_the_lists_are_shown_with_the_number_of_words_in_use(office, term, client):
    client.force_login(office)
    counts = {one.name: number for one, number in client.get(reverse("desk:vocabularies")).context["lists"]}
    assert (counts["brands"], set(counts)) == (1, set(vocabularies()))


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PARTNER_UNIT, 200), (Role.AUDITOR, 200), (Role.RESIDENT, 403), (Role.EXPERT, 403)],
)
def test_words_are_read_by_those_who_work_with_them(client, role, status):
    client.force_login(make_user(role))
    assert client.get(reverse("desk:vocabularies")).status_code == status
    assert client.get(reverse("desk:vocabulary", args=["brands"])).status_code == status
    assert client.get(reverse("desk:term_add", args=["brands"])).status_code == 403


def test_a_list_that_does_not_exist_is_not_found(office, client):
    client.force_login(office)
    assert client.get(reverse("desk:vocabulary", args=["nonsense"])).status_code == 404


def test_the_office_adds_edits_and_switches_a_word_by_page(office, client):
    client.force_login(office)
    client.post(reverse("desk:term_add", args=["brands"]), {"label": "科普集市", "aliases": "集市\n\n大集"})
    term = Term.objects.get()
    assert term.aliases == ["集市", "大集"]
    edit = reverse("desk:term_edit", args=[term.pk])
    assert "集市\n大集" in text(client.get(edit))
    client.post(edit, {"label": "科学集市", "label_en": "Fair"})
    client.post(reverse("desk:term_deactivate", args=[term.pk]))
    context = client.get(reverse("desk:vocabulary", args=["brands"])).context
    assert ([row[0].label for row in context["unused"]], context["rows"]) == (["科学集市"], [])
    client.post(reverse("desk:term_activate", args=[term.pk]))
    term.refresh_from_db()
    assert (term.is_active, term.label_en) == (True, "Fair")


def test_a_taken_name_stays_in_the_form(office, term, client):
    client.force_login(office)
    response = client.post(
        reverse("desk:term_add", args=["brands"]), {"label": "科普集市", "aliases": "别的"}
    )
    assert "科普集市" in str(response.context["form"].errors["label"])
    assert "别的" in text(response)


def test_a_word_below_another_list_can_say_under_which(office, client):
    load_shipped_terms()
    name, parents = next((one.name, one.parents) for one in vocabularies().values() if one.parents)
    parent = Term.objects.filter(vocabulary=parents).first()
    client.force_login(office)
    client.post(reverse("desk:term_add", args=[name]), {"label": "新词", "parent_code": parent.code})
    assert Term.objects.get(label="新词").parent_code == parent.code
    assert parent.label in text(client.get(reverse("desk:vocabulary", args=[name])))


@pytest.mark.parametrize("terms", [1, 200])
def test_a_list_costs_the_same_however_many_words(office, client, django_assert_num_queries, terms):
    Term.objects.bulk_create(
        Term(vocabulary="brands", code=f"c{number}", label=f"词{number}") for number in range(terms)
    )
    client.force_login(office)
    with django_assert_num_queries(6):
        client.get(reverse("desk:vocabulary", args=["brands"]))


def test_every_deed_at_the_desk_has_a_name():
    assert {"add_term", "edit_term", "deactivate_term", "activate_term"} <= set(deed_names())
