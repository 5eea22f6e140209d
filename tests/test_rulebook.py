"""Messages about rules, scenarios, prices, tiers and budgets that carry over."""

from __future__ import annotations

from typing import Any

import pytest

from planner.case.case import Case, case_from_tables
from planner.case.crosscheck import cross_check
from planner.case.finance import Scenario, Settings
from planner.case.findings import Entry, Finding
from planner.case.hardware import Category
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer, PriceTier, TierScheme
from planner.case.rules import Metric, SideRule
from planner.case.workloads import Demand, Workload
from planner.errors import CaseError, Code, Issue
from tests.builders import buy, case, chat, fleet, hall, lease, quarters, rent


def refused(*offers: Offer, **tables: Any) -> Issue:
    """Return the one message of a case that is refused."""
    with pytest.raises(CaseError) as caught:
        case(*offers, **tables)
    (issue,) = caught.value.issues
    assert issue.severity == "error"
    return issue


def found(*offers: Offer, **tables: Any) -> list[Finding]:
    """Return what is said of a case that is taken; warnings all."""
    of = case(*offers, **tables)
    findings = cross_check(of.tables())
    assert all(one.severity == "warning" for one in findings)
    return findings


def warned(*offers: Offer, **tables: Any) -> Finding:
    """Return the one warning about a case."""
    (finding,) = found(*offers, **tables)
    return finding


def rule(metric: Metric = Metric.UNITS, **terms: Any) -> tuple[SideRule, ...]:
    """Return the table of one rule, with a Max of 1."""
    limits = {} if {"least", "most", "max_share"} & set(terms) else {"most": 1.0}
    return (SideRule(**{"rule": "limit", "metric": metric} | limits | terms),)


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    """A rule that could never hold is an error; one of a single period is none."""
    issue = refused(
        buy(),
        periods=quarters(2),
        demand=(1.0, 1.0),
        rules=rule(from_period="Q2", until_period="Q1"),
    )

    assert (issue.code, issue.sheet, issue.column) == (Code.CONTRADICTION, "Rules", "Until")
    assert issue.message == "'Q1' is before 'Q2', so that the rule holds never."
    assert issue.expected == "'Q2' or a later period"


@pytest.mark.parametrize(
    "window",
    [
        {"from_period": "Q2", "until_period": "Q2"},
        {"from_period": "Q1", "until_period": "Q2"},
        {"from_period": "Q2"},
        {"until_period": "Q1"},
        {},
    ],
)
def test_a_window_of_one_period_or_with_an_open_end_is_taken(window: dict[str, str]) -> None:
    """From and Until may be one period, and either may be blank."""
    assert found(buy(), periods=quarters(2), demand=(1.0, 1.0), rules=rule(**window)) == []


@pytest.mark.parametrize(
    "named", [{"vendor": ("V",)}, {"offer": ("buy",)}, {"acquisition": (Acquisition.PURCHASE,)}]
)
def test_energy_of_units_that_work_in_one_pool_with_others_is_refused(named: Any) -> None:
    """A unit bought and one of the fleet work as one, so that neither's energy is known.

    By machine and site it is; and the power installed is known of each.
    """
    issue = refused(buy(), rules=rule(Metric.ENERGY, **named))

    assert (issue.code, issue.sheet, issue.column) == (Code.CONTRADICTION, "Rules", "Metric")
    assert issue.message == (
        "the energy of 'buy' cannot be told from that of the other units of gpu at its sites: "
        "they work as one."
    )
    assert issue.expected == "energy by Category, SKU and Site only"
    assert issue.hint == "Use installed_power to limit one vendor, offer or acquisition."
    assert found(buy(), rules=rule(Metric.INSTALLED_POWER, **named)) == []


@pytest.mark.parametrize(
    "named", [{}, {"category": (Category.GPU,)}, {"sku": ("gpu",)}, {"site": ("hall",)}]
)
def test_energy_by_machine_and_site_is_taken(named: Any) -> None:
    """A pool is of one SKU at one site, whichever offers fill it."""
    assert found(buy(), lease(), rules=rule(Metric.ENERGY, **named)) == []


@pytest.mark.parametrize(
    "offer",
    [buy(upfront_price=1.0, hourly_price=1.0), rent(), rent(acquisition=Acquisition.SPOT)],
)
def test_energy_of_an_offer_with_a_pool_of_its_own_is_taken(offer: Offer) -> None:
    """Units that are paid by the hour are told apart; an hourly price of 0 is none."""
    free = buy(upfront_price=1.0, hourly_price=0.0)
    of_v: dict[str, Any] = {"rules": rule(Metric.ENERGY, vendor=("V",)), "fleet": fleet(1)}

    assert found(offer, **of_v) == []
    assert refused(free, **of_v).column == "Metric"


def test_energy_is_refused_once_for_the_offers_that_pass() -> None:
    """One message names the first offer without a pool of its own; one that is filtered is none."""
    others = (buy(offer="first"), buy(offer="second"), rent(vendor="W"))

    assert "'first'" in refused(*others, rules=rule(Metric.ENERGY, vendor=("V",))).message
    assert found(*others, rules=rule(Metric.ENERGY, vendor=("W",))) == []
    assert found(*others, rules=rule(Metric.ENERGY, offer=("rent",))) == []
    of_no_tpu = rule(Metric.ENERGY, vendor=("V",), category=(Category.TPU,))
    assert found(*others, rules=of_no_tpu) == []


TWO_HALLS = (hall(), hall(site="annex"))
TIER = (PriceTier(offer="buy", min_units=2.0, upfront_price=60.0),)
INCREMENTAL = buy(tier_scheme=TierScheme.INCREMENTAL)


def test_spend_at_one_of_several_sites_of_incremental_tiers_is_refused() -> None:
    """Which of an order's units are beyond the tier is not said, so no site's spend is known."""
    issue = refused(
        INCREMENTAL,
        sites=TWO_HALLS,
        price_tiers=TIER,
        rules=rule(Metric.SPEND, site=("hall",)),
    )

    assert (issue.code, issue.sheet, issue.column) == (Code.CONTRADICTION, "Rules", "Site")
    assert issue.message == (
        "an order of 'buy' is for several sites, and its incremental tiers do not say which "
        "site's units cost how much."
    )
    assert issue.expected == "a spend rule without Site, or one on units"
    assert issue.hint == "Give each site an offer of its own."


@pytest.mark.parametrize(
    ("offer", "tables"),
    [
        (buy(), {}),  # all units have one price
        (INCREMENTAL, {"price_tiers": ()}),
        (INCREMENTAL, {"sites": (hall(),)}),
        (INCREMENTAL.model_copy(update={"sites": ("hall",)}), {}),
        (INCREMENTAL.model_copy(update={"sites": ("annex",)}), {}),
        (INCREMENTAL, {"rules": rule(Metric.SPEND, site=("hall", "annex"))}),
        (INCREMENTAL, {"rules": rule(Metric.SPEND)}),
        (INCREMENTAL, {"rules": rule(Metric.SPEND, site=("hall",), vendor=("V",), offer=("o",))}),
        (INCREMENTAL, {"rules": rule(Metric.UNITS, site=("hall",))}),
    ],
)
def test_spend_at_a_site_is_taken_where_it_is_known(offer: Offer, tables: dict[str, Any]) -> None:
    """One price for all units, no tiers, one site, all sites, or an offer that does not pass."""
    given = {
        "sites": TWO_HALLS,
        "price_tiers": TIER,
        "rules": rule(Metric.SPEND, site=("hall",)),
    }

    assert found(offer, buy(offer="o"), **given | tables) == []


@pytest.mark.parametrize("acquisition", [Acquisition.ON_DEMAND, Acquisition.SPOT])
@pytest.mark.parametrize(
    "metric", [Metric.SPEND, Metric.UNITS, Metric.POWER, Metric.CORES, Metric.TFLOPS]
)
def test_a_rule_on_orders_of_what_is_rented_is_warned_of(
    metric: Metric, acquisition: Acquisition
) -> None:
    """A filter that lets nothing but rented units through measures 0, which is seldom meant."""
    rented = rent(vendor="W", acquisition=acquisition)

    finding = warned(buy(), rented, rules=rule(metric, vendor=("W",)))

    assert (finding.table, finding.line, finding.field) == (SideRule, 0, "metric")
    assert (finding.code, finding.severity) == (Code.NOT_USED_HERE, "warning")
    assert finding.message == (
        f"{metric} measures orders, and what is rented by the hour is never ordered."
    )
    assert finding.hint == "Use energy, or a Max order on the offer."
    assert found(buy(), rented, rules=rule(metric)) == []
    assert found(buy(), rented, rules=rule(metric, vendor=("V",))) == []


@pytest.mark.parametrize("metric", [Metric.INSTALLED_UNITS, Metric.INSTALLED_POWER, Metric.ENERGY])
def test_a_rule_on_what_is_there_is_not_warned_of(metric: Metric) -> None:
    """What a rule of each period measures is not ordered, so that rentals do not matter."""
    assert found(buy(), rent(vendor="W"), rules=rule(metric, vendor=("W",))) == []


def test_a_rule_that_no_offer_passes_is_not_warned_of() -> None:
    """A filter may wait for offers to come."""
    assert found(buy(), rules=rule(Metric.SPEND, category=(Category.TPU,))) == []


@pytest.mark.parametrize("upfront", [None, 0.0])
def test_spend_on_an_offer_without_an_upfront_price_is_warned_of(upfront: float | None) -> None:
    """A lease at 10 a month spends nothing upfront: whoever limits its spend should know."""
    leased = lease(vendor="W", upfront_price=upfront)

    finding = warned(buy(), leased, rules=rule(Metric.SPEND))

    assert (finding.table, finding.line, finding.field) == (SideRule, 0, "metric")
    assert (finding.code, finding.severity) == (Code.NOT_USED_HERE, "warning")
    assert finding.message == (
        "spend counts upfront prices, and 'lease' has none: its monthly and hourly prices are "
        "not counted."
    )
    assert finding.hint == "Use units or power for leases without an upfront price."
    assert found(buy(), leased, rules=rule(Metric.SPEND, vendor=("V",))) == []
    assert found(buy(), leased, rules=rule(Metric.UNITS)) == []
    priced = leased.model_copy(update={"upfront_price": 0.01})
    assert found(buy(), priced, rules=rule(Metric.SPEND)) == []


def test_spend_on_an_offer_that_has_its_upfront_prices_in_tiers_is_not_warned_of() -> None:
    """A purchase without a price of its own, and with tiers from the first unit on, has prices."""
    in_tiers = buy(upfront_price=None)
    tier = (PriceTier(offer="buy", min_units=1.0, upfront_price=60.0),)

    assert found(in_tiers, price_tiers=tier, rules=rule(Metric.SPEND)) == []


def test_spend_does_not_warn_of_what_is_rented_beside_what_is_bought() -> None:
    """Rented units have no upfront price by nature; one warning is enough where all are rented."""
    assert found(buy(), rent(), rules=rule(Metric.SPEND)) == []
    assert "is never ordered" in warned(rent(), rules=rule(Metric.SPEND)).message


def test_each_rule_has_its_own_message() -> None:
    """A message stands at the line of its rule."""
    both = (*rule(Metric.UNITS), *rule(Metric.UNITS, vendor=("W",)))

    of = case(buy(), rent(vendor="W"))
    tables = {**of.tables(), SideRule: [Entry(dict(one), one) for one in both]}

    (finding,) = cross_check(tables)
    assert finding.line == 1


def test_a_min_above_the_max_is_refused_and_a_rule_without_limits_is_warned_of() -> None:
    """Limits that contradict each other are an error; none at all has no effect."""
    issue = refused(buy(), rules=rule(least=2.0, most=1.0))
    assert (issue.code, issue.column) == (Code.CONTRADICTION, "Min")
    assert found(buy(), rules=rule(least=1.0, most=1.0)) == []

    finding = warned(buy(), rules=rule(most=None))
    assert (finding.code, finding.field) == (Code.NOT_USED_HERE, "rule")
    for only in ({"least": 0.0}, {"most": 0.0}, {"max_share": 0.0}):
        assert found(buy(), rules=rule(vendor=("V",), **only)) == []


def test_a_share_of_itself_is_warned_of() -> None:
    """Half of everything that is ordered can be half of itself only where nothing is."""
    finding = warned(buy(), rules=rule(max_share=0.5))
    assert (finding.code, finding.field) == (Code.NOT_USED_HERE, "max_share")
    assert finding.message == "without filters the rule limits everything to a share of itself."
    assert found(buy(), rules=rule(max_share=0.5, vendor=("V",))) == []


@pytest.mark.parametrize(
    ("filters", "column"),
    [
        ({"vendor": ("X",)}, "Vendor"),
        ({"sku": ("X",)}, "SKU"),
        ({"offer": ("X",)}, "Offer"),
        ({"site": ("X",)}, "Site"),
        ({"from_period": "X"}, "From"),
        ({"until_period": "X"}, "Until"),
    ],
)
def test_a_filter_that_names_nothing_known_is_refused(filters: Any, column: str) -> None:
    """A name that is on no other sheet would let nothing through, unseen."""
    issue = refused(buy(), rules=rule(**filters))

    assert (issue.code, issue.sheet, issue.column) == (Code.REFERENCE_UNKNOWN, "Rules", column)


def scenario(name: str, probability: float = 0.5, **terms: Any) -> Scenario:
    """Return a scenario, as likely as not."""
    return Scenario(scenario=name, probability=probability, **terms)


def test_scenarios_without_any_probability_are_refused() -> None:
    """Something must be possible; how likely it is need not sum to 1."""
    issue = refused(buy(), scenarios=(scenario("a", 0.0), scenario("b", 0.0)))

    assert (issue.code, issue.sheet, issue.column) == (
        Code.CONTRADICTION,
        "Scenarios",
        "Probability",
    )
    assert issue.message == "no scenario has a probability above 0."
    assert issue.expected == "a probability for each; they need not sum to 1"
    assert found(buy(), scenarios=(scenario("a", 0.0), scenario("b", 0.001))) == []
    assert found(buy(), scenarios=(scenario("a", 2.0), scenario("b", 3.0))) == []
    assert found(buy()) == []


def test_a_scenario_with_a_comma_in_its_name_is_refused() -> None:
    """Several scenarios of an order are set apart by commas in the plan."""
    issue = refused(buy(), scenarios=(scenario("a, b"), scenario("c")))

    assert (issue.code, issue.sheet, issue.column) == (Code.CONTRADICTION, "Scenarios", "Scenario")
    assert issue.message == "'a, b' has a comma in it, which sets several scenarios apart."
    assert issue.expected == "a name without a comma"
    assert found(buy(), scenarios=(scenario("a; b"), scenario("c"))) == []


@pytest.mark.parametrize("scenarios", [(), (scenario("only"),)])
def test_a_risk_weight_without_scenarios_is_warned_of(scenarios: tuple[Scenario, ...]) -> None:
    """With one future, or none told, there is nothing to weigh; with two there is."""
    weighed = Settings(risk_weight=0.1)

    finding = warned(buy(), settings=weighed, scenarios=scenarios)

    assert (finding.table, finding.line, finding.field) == (Settings, 0, "risk_weight")
    assert (finding.code, finding.severity) == (Code.NOT_USED_HERE, "warning")
    assert finding.message == ("the risk weight has no effect: there are no scenarios to weigh.")
    assert finding.hint == "Add rows to the sheet Scenarios."
    assert found(buy(), settings=Settings(risk_weight=0.0), scenarios=scenarios) == []
    two = (scenario("a"), scenario("b"))
    assert found(buy(), settings=weighed, scenarios=two) == []


def asks(scenarios: tuple[str, ...], of: tuple[str, ...]) -> Case:
    """Return a case with these scenarios, whose demand has a row for each in `of`."""
    held = case(buy()).tables()
    demand = [Demand(workload="chat", scenario=name, rates={"Q1": 1.0}) for name in of]
    told = [scenario(name) for name in scenarios]
    return case_from_tables(
        {
            **held,
            Demand: [Entry(dict(row), row) for row in demand],
            Scenario: [Entry(dict(row), row) for row in told],
        }
    )


@pytest.mark.parametrize(
    ("scenarios", "of"),
    [
        ((), ("",)),
        (("a", "b"), ("",)),
        (("a", "b"), ("", "a")),
        (("a", "b"), ("a", "b")),
        (("a", "b"), ("", "a", "b")),
    ],
)
def test_demand_is_known_by_a_row_for_all_or_one_for_each(
    scenarios: tuple[str, ...], of: tuple[str, ...]
) -> None:
    """A row without a scenario is for all that have none of their own."""
    assert cross_check(asks(scenarios, of).tables()) == []


@pytest.mark.parametrize(("scenarios", "of"), [(("a", "b"), ("a",)), (("b", "a", "c"), ("a", "c"))])
def test_demand_that_a_scenario_lacks_is_refused(
    scenarios: tuple[str, ...], of: tuple[str, ...]
) -> None:
    """Rows of some scenarios only leave the work unknown in another."""
    with pytest.raises(CaseError) as caught:
        asks(scenarios, of)

    (issue,) = caught.value.issues
    assert (issue.code, issue.sheet, issue.column) == (
        Code.DEMAND_MISSING,
        "Workloads",
        "Workload",
    )
    assert issue.message == "'chat' has no demand in the scenario 'b'."
    assert issue.expected == "a row on Demand without a scenario, or one for each scenario"


def test_demand_of_a_scenario_that_is_not_told_is_refused() -> None:
    """Without scenarios a row of one is of none: its name is unknown, and demand is missing."""
    with pytest.raises(CaseError) as caught:
        asks((), ("a",))

    told = {issue.code: issue.message for issue in caught.value.issues}
    assert told == {
        Code.REFERENCE_UNKNOWN: "'a' is not on the sheet Scenarios.",
        Code.DEMAND_MISSING: "'chat' has no demand.",
    }


def test_a_workload_without_any_row_is_told_once() -> None:
    """No row at all has a message of its own, and none for each scenario."""
    held = case(buy()).tables()
    told = [scenario("a"), scenario("b")]
    second = chat(workload="search")
    tables = {
        **held,
        Workload: [*held[Workload], Entry(dict(second), second)],
        Scenario: [Entry(dict(row), row) for row in told],
    }

    (finding,) = cross_check(tables)

    assert (finding.table, finding.line, finding.code) == (Workload, 1, Code.DEMAND_MISSING)
    assert finding.message == "'search' has no row on the sheet Demand."


def test_scenarios_that_cannot_all_be_read_are_given_the_benefit_of_the_doubt() -> None:
    """A probability that cannot be read may be above 0, and has a message of its own."""
    none = scenario("a", 0.0)
    unread = {field: value for field, value in dict(none).items() if field != "probability"}
    held = case(buy()).tables()

    def told(*entries: Entry) -> list[Finding]:
        return cross_check({**held, Scenario: list(entries)})

    assert [one.field for one in told(Entry(dict(none), none))] == ["probability"]
    other = Entry({**unread, "scenario": "b"}, None)
    assert told(Entry(dict(none), none), other) == []


@pytest.mark.parametrize(
    "acquisition", [Acquisition.PURCHASE, Acquisition.LEASE, Acquisition.RESERVED]
)
def test_an_offer_without_any_price_is_refused(acquisition: Acquisition) -> None:
    """A blank is not free: one of the prices must be told, if only as 0, or tiers."""
    bare = buy(acquisition=acquisition, upfront_price=None)

    issue = refused(bare)

    assert (issue.code, issue.sheet, issue.column) == (
        Code.PRICE_MISSING,
        "Offers",
        "Upfront price (per unit)",
    )
    assert issue.message == "the offer 'buy' has no price at all."
    assert issue.expected == "an upfront, monthly or hourly price, or price tiers"
    assert issue.hint == "Write 0 if it is free."
    assert found(bare.model_copy(update={"upfront_price": 0.0})) == []
    for price in ("monthly_price", "hourly_price"):
        told = [one.message for one in found(bare.model_copy(update={price: 0.0}))]
        nothing_upfront = "the purchase 'buy' has no upfront price: it costs nothing upfront."
        assert told == ([nothing_upfront] if acquisition is Acquisition.PURCHASE else [])
    tier = (PriceTier(offer="buy", min_units=1.0, upfront_price=60.0),)
    assert found(bare, price_tiers=tier) == []


def test_tiers_of_another_offer_are_no_price() -> None:
    """An offer has a price by its own tiers alone."""
    tier = (PriceTier(offer="other", min_units=1.0, upfront_price=60.0),)

    issue = refused(buy(upfront_price=None), buy(offer="other"), price_tiers=tier)

    assert "'buy'" in issue.message


@pytest.mark.parametrize("acquisition", [Acquisition.ON_DEMAND, Acquisition.SPOT])
def test_a_rented_offer_needs_its_hourly_price(acquisition: Acquisition) -> None:
    """It has a message of its own, and no second one for having no price at all."""
    issue = refused(
        rent(acquisition=acquisition, hourly_price=None), workloads=(chat(interruptible=True),)
    )

    assert (issue.code, issue.column) == (Code.PRICE_MISSING, "Hourly price (per unit)")


def test_a_tier_whose_offer_cannot_be_read_may_be_anyones() -> None:
    """An offer without a price is not told of while a tier may be its own."""
    held = case(buy()).tables()
    bare = buy(upfront_price=None)
    tables = {**held, Offer: [Entry(dict(bare), bare)]}
    unread = Entry({"min_units": 1.0, "upfront_price": 60.0, "note": ""}, None)

    assert [one.code for one in cross_check(tables)] == [Code.PRICE_MISSING]
    assert cross_check({**tables, PriceTier: [unread]}) == []


def test_an_offer_of_which_a_price_cannot_be_read_may_have_one() -> None:
    """The cell has its own message; that there is no price at all is not known."""
    held = case(buy()).tables()
    bare = dict(buy(upfront_price=None))
    del bare["monthly_price"]

    assert cross_check({**held, Offer: [Entry(bare, None)]}) == []


@pytest.mark.parametrize("acquisition", [Acquisition.ON_DEMAND, Acquisition.SPOT])
def test_tiers_of_a_rented_offer_are_warned_of(acquisition: Acquisition) -> None:
    """What is rented by the hour has no orders whose size could matter."""
    tier = (PriceTier(offer="rent", min_units=2.0, upfront_price=60.0),)

    finding = warned(buy(), rent(acquisition=acquisition), price_tiers=tier)

    assert (finding.table, finding.line, finding.field) == (PriceTier, 0, "offer")
    assert (finding.code, finding.severity) == (Code.DOES_NOT_APPLY, "warning")
    assert finding.message == f"tiers do not apply to {acquisition} and are not used."
    assert finding.hint == "Delete the row."


def test_tiers_of_an_unknown_offer_are_refused_once() -> None:
    """A tier of no offer is an unknown name, and nothing else."""
    tier = (PriceTier(offer="nobody", min_units=2.0, upfront_price=60.0),)

    issue = refused(buy(), price_tiers=tier)

    assert (issue.code, issue.sheet, issue.column) == (
        Code.REFERENCE_UNKNOWN,
        "Price tiers",
        "Offer",
    )


@pytest.mark.parametrize(
    ("terms", "least", "is_told"),
    [
        ({}, 1.0, False),
        ({}, 2.0, True),
        ({"pack_size": 2}, 2.0, False),
        ({"pack_size": 2}, 3.0, True),
        ({"min_order": 2.0}, 2.0, False),
        ({"min_order": 2.0}, 3.0, True),
        ({"monthly_price": 1.0}, 2.0, True),
        ({"upfront_price": 0.0}, 2.0, False),
        ({"upfront_price": 100.0}, 2.0, False),
    ],
)
def test_orders_below_the_first_tier_without_a_price_are_warned_of(
    terms: dict[str, Any], least: float, *, is_told: bool
) -> None:
    """An order smaller than the first tier is free where the offer has no price of its own.

    It is not told where no order is that small: a pack or the min order reaches the tier.
    """
    offer = buy(**{"upfront_price": None} | terms)
    steps = ((9.0, 50.0), (least, 60.0))
    given = tuple(PriceTier(offer="buy", min_units=one, upfront_price=two) for one, two in steps)

    findings = found(offer, price_tiers=given)

    assert len(findings) == is_told
    for finding in findings:
        assert (finding.table, finding.field) == (PriceTier, "min_units")
        assert (finding.code, finding.severity) == (Code.PRICE_MISSING, "warning")
        assert finding.message == (f"an order of 'buy' below {least:g} units has no upfront price.")
        assert finding.hint == "Give the offer its own upfront price, or a min order."


@pytest.mark.parametrize(("least", "is_told"), [(8.0, False), (9.0, True)])
def test_the_smallest_order_is_of_whole_packs(least: float, *, is_told: bool) -> None:
    """A min order of 5 in packs of 4 is an order of 8: a first tier at 8 leaves none below it."""
    offer = buy(upfront_price=None, pack_size=4, min_order=5.0)
    tier = PriceTier(offer="buy", min_units=least, upfront_price=60.0)

    assert len(found(offer, price_tiers=(tier,))) == is_told


def budgets(field: str, *amounts: float | None) -> tuple[Period, ...]:
    """Return as many quarters with these budgets of one kind."""
    return tuple(
        period.model_copy(update={field: amount})
        for period, amount in zip(quarters(len(amounts)), amounts, strict=True)
    )


@pytest.mark.parametrize("field", ["capex_budget", "opex_budget", "total_budget"])
@pytest.mark.parametrize(
    ("amounts", "place"),
    [
        ((None, 900.0, 900.0), 0),
        ((900.0, None, 900.0), 1),
        ((None, None, 0.0), 0),
        ((900.0, 900.0, None), None),
        ((900.0, None, None), None),
        ((None, None, None), None),
        ((0.0, 900.0, 900.0), None),
    ],
)
def test_a_blank_budget_before_others_that_carry_over_is_warned_of(
    field: str, amounts: tuple[float | None, ...], place: int | None
) -> None:
    """Unlimited money carries over too, so that later budgets have no effect; the last may be."""
    given: dict[str, Any] = {"periods": budgets(field, *amounts), "demand": (0.0, 0.0, 0.0)}

    findings = found(buy(), settings=Settings(carry_over=True), **given)

    assert [(one.table, one.line, one.field) for one in findings] == (
        [] if place is None else [(Period, place, field)]
    )
    for finding in findings:
        assert (finding.code, finding.severity) == (Code.NOT_USED_HERE, "warning")
        assert finding.message == (
            "a blank budget is unlimited and carries over, so that later ones have no effect."
        )
        assert finding.hint == "Write what may be spent, 0 if nothing."
    assert found(buy(), settings=Settings(carry_over=False), **given) == []


def test_budgets_carry_over_in_order_of_time() -> None:
    """The rows may stand in any order: the blank of Q1 is before Q2, on whichever line it is."""
    first, second = budgets("capex_budget", None, 900.0)
    held = case(
        buy(),
        periods=(first, second),
        demand=(1.0, 1.0),
        settings=Settings(carry_over=True),
    ).tables()

    def told(*periods: Period) -> list[int | None]:
        entries = [Entry(dict(one), one) for one in periods]
        return [one.line for one in cross_check({**held, Period: entries})]

    assert told(first, second) == [0]
    assert told(second, first) == [1]
    early, late = budgets("capex_budget", 900.0, None)
    assert told(late, early) == []


def test_each_kind_of_budget_carries_over_by_itself() -> None:
    """A blank of one kind does not touch another: only the total has one before a number."""
    first, second = quarters(2, capex_budget=900.0)
    periods = (first, second.model_copy(update={"total_budget": 900.0}))

    finding = warned(buy(), periods=periods, demand=(1.0, 1.0), settings=Settings(carry_over=True))

    assert (finding.field, finding.line) == ("total_budget", 0)


def test_only_offers_at_the_sites_of_a_rule_are_looked_at() -> None:
    """What cannot be delivered to a site can neither confuse a rule on it nor be counted there."""
    at_cloud = {"vendor": ("V",), "site": ("cloud",)}
    at_annex = {"sites": (hall(), hall(site="annex"))}

    assert found(buy(), rent(), rules=rule(Metric.ENERGY, **at_cloud)) == []
    assert (
        found(
            buy(),
            lease(sites=("hall",), upfront_price=None),
            rules=rule(Metric.SPEND, site=("annex",)),
            **at_annex,
        )
        == []
    )
    assert "is never ordered" in warned(buy(), rent(), rules=rule(site=("cloud",))).message
