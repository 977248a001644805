"""What fails with what, from the file to the answer."""

from importers.backstage import BackstageImporter
from tests.importers.backstage.samples import FOLDER, documents_of
from tests.importers.stored import states_when_down

FIELDS = documents_of(FOLDER / "fields.yaml")


def states(*down: str) -> dict[str, str]:
    found = states_when_down(BackstageImporter(), FIELDS, *down)
    return {name.partition(":")[2]: state for name, state in found.items()}


def test_a_database_takes_its_component_down_and_degrades_what_others_still_carry() -> None:
    assert states("Datastore:orders-db") == {
        "orders-db": "down",
        "Checkout": "down",
        "orders": "degraded",  # the interface has another provider
        "shop": "degraded",  # one part of three is left; a domain never fails
    }


def test_an_interface_is_down_without_all_of_its_providers_and_a_system_without_all_of_its_parts() -> None:
    everything = states("Datastore:orders-db", "ApplicationComponent:checkout-2")
    assert {everything["orders"], everything["shop"]} == {"down"}


def test_a_subcomponent_degrades_the_component_it_is_a_part_of() -> None:
    found = states("ApplicationComponent:basket")
    assert (found["basket"], found["Checkout"]) == ("down", "degraded")


def test_a_component_does_not_take_its_subcomponents_its_team_or_its_domain_down() -> None:
    assert not {"basket", "shop-team", "sales", "ada"} & states("ApplicationComponent:Checkout").keys()
