"""The oracle: the least cost of a small case, worked out from the model's page alone.

It shares no code with the planner's model. Of a case it reads the rows and nothing
that a case derives from them; dates, prices, pools and sums are its own. Two ways
lead to the answer, and they must agree: one hands the whole to HiGHS as a
mixed-integer program, the other tries every plan of whole packs and leaves only the
remaining linear program to HiGHS. What tiers, fees, rebates and clusters come to is
bound by rows with yes/no variables in the first way (`choices`), and follows from the
packs by plain arithmetic in the second (`arithmetic`).
"""

from tests.oracle.answer import Answer
from tests.oracle.ways import least_cost, try_every_plan, try_orders

__all__ = ["Answer", "least_cost", "try_every_plan", "try_orders"]
