"""What holds between two workbooks, through the whole program: workbook in, plan out.

No one knows the right plan of a large case, but everyone knows what it has to do with the
plan of the same case told otherwise. `sheets` writes workbooks, `program` plans them with
the command line, `cases` are what is planned, and `relations` has the promises.

To the last byte of the plan workbook, but for the input's hash (`writing`), hold

- another order of rows, columns and sheets; titles, notes and blank rows; a table that does
  not begin at A1; sheets and columns that nobody knows (a warning each)
- Chinese names; names in capitals, in full width, without their unit
- numbers as text, in full width, as percentages; dates as text; formulas with their values;
  choices, yes and no, and lists in their other forms; spaces around everything

To nine digits of the cost, and for some in every order too, hold

- other measures: another currency, all money times 2 (twice the cost), hours times 2 at half
  the hourly prices, half a machine as the unit, the work in other units, energy prices moved
  into the slices, the time that is lost into the hourly price, probabilities times 4, all
  dates 4 years later
- other cuts: a slice in two, a workload in two of half the demand, the fleet in single units,
  an offer for several sites in one for each (where no term counts over all of them), a
  scenario in two
- what is implied, written out: throughputs, sites, hours, load, demand of scenarios, defaults
- what adds nothing: a machine that nobody offers, a site without offers, work of nothing, a
  second quote of the same terms, a tier at the offer's own price, a rebate of 0, rules and
  limits that cannot bind, a longer lease than the horizon, a scenario of nothing without a
  chance, other names
- a company and its twin, which share nothing, cost twice as much

Never dearer to nine digits are

- twice every limit; one more offer, without site loss coverage and rules on energy; lower
  prices, without rebates and rules on spend; no rules; no min orders and fees; single units
- less demand (what is served may be more than is asked for, so a rule's Min is still met)
- faster machines, all of their time, a PUE of 1, work that may run anywhere or fall short

What does not hold, each shown by the smallest case in `test_counterexamples`

- a lower price may miss a rebate, a rule's Min on spend, or a vendor's Max share
- another unit in the fleet may cost its idle energy
- a site in two halves may hold less: units are whole
- a shorter lead time may move the payment into a period without a budget
- a longer term may be paid for longer
- a year later may have a day more; only 4 years later all days are as many
- a scenario without a chance must be possible all the same
- one more offer may bring one more site whose loss must be survived

Nor do: a quarter cut into months (orders may arrive in more of them), a pack in two (half a
pack may be enough), an offer with limits or tiers in two (each has its own), fractions that
are rounded by the workbook (a cell holds 15 to 17 digits).
"""
