"""The relations between two workbooks, by what they promise of the two plans."""

from __future__ import annotations

from collections.abc import Callable

from planner.workbook.template.samples import Rows
from tests.metamorphic import loosening as loose
from tests.metamorphic import money_and_time as measures
from tests.metamorphic import offers_and_rules as idle
from tests.metamorphic import work_and_machines as cut

Relation = Callable[[Rows], Rows | None]
"""Makes other rows of a case; None where it says nothing about the case."""

SAME_COST: tuple[Relation, ...] = (
    *(measures.price_in_another_currency, measures.double_all_hours),
    *(measures.multiply_energy_prices_by_slice, measures.weigh_scenarios_otherwise),
    *(measures.move_by_four_years, cut.halve_the_unit, cut.halve_the_measure_of_work),
    *(cut.split_a_slice, cut.split_every_workload, cut.list_the_fleet_one_by_one),
    *(cut.write_out_what_is_implied, cut.write_out_the_demand_of_scenarios),
    *(cut.add_what_is_not_used, idle.quote_every_offer_twice, idle.quote_every_site_apart),
    *(idle.add_a_tier_at_the_same_price, idle.add_a_rebate_of_nothing),
    *(idle.add_rules_that_cannot_bind, idle.write_large_limits_for_none, idle.lease_for_ever),
    *(idle.split_a_scenario, idle.add_a_quiet_scenario_without_a_chance),
    *(idle.write_every_default, idle.rename_everything, idle.pay_for_the_time_that_is_lost),
)
TWICE_THE_COST: tuple[Relation, ...] = (measures.double_all_money, cut.found_a_twin_company)
SAME_ORDERS: tuple[Relation, ...] = (
    *(measures.price_in_another_currency, measures.double_all_money),
    *(measures.weigh_scenarios_otherwise, measures.move_by_four_years),
    *(cut.write_out_what_is_implied, cut.write_out_the_demand_of_scenarios),
    *(cut.add_what_is_not_used, idle.write_every_default, idle.rename_everything),
)
"""Those after which not only the cost is the same, but also what is ordered."""

NO_MORE: tuple[Relation, ...] = (
    *(loose.double_every_limit, loose.add_a_cheaper_offer, loose.halve_every_price),
    *(loose.drop_every_rule, loose.drop_the_terms_of_orders, loose.work_faster),
    *(loose.use_units_all_the_time, loose.cool_for_nothing, loose.allow_everything_to_all_work),
    *(loose.let_all_fall_short, loose.buy_single_units, cut.ask_for_half),
)
