"""Two laws side by side: dual criminality, the threshold, the asked State's powers; and what is not known stays so."""

from __future__ import annotations

import itertools

import pytest

from musnad.core.law.gap import Coverage
from musnad.core.law.meeting import Met, any_of, both, matrix, meet_on, policy_of, powers_met
from musnad.core.law.values import Needs
from tests.core.law.data import DATA, SAMPLES, TREATY, offence, profile, read

C, P, M, N = Coverage.COVERED, Coverage.PARTLY, Coverage.MISSING, Coverage.NOT_KNOWN


@pytest.mark.parametrize(
    ("found", "all_of_them", "one_of_them"),
    [
        ([C, C], Met.MET, Met.MET),
        ([C, P], Met.PARTLY, Met.MET),
        ([C, N], Met.NOT_KNOWN, Met.MET),
        ([C, M], Met.NOT_MET, Met.MET),
        ([P, N], Met.NOT_KNOWN, Met.PARTLY),
        ([P, M], Met.NOT_MET, Met.PARTLY),
        ([N, M], Met.NOT_MET, Met.NOT_KNOWN),
        ([M, M], Met.NOT_MET, Met.NOT_MET),
        ([N, N], Met.NOT_KNOWN, Met.NOT_KNOWN),
    ],
)
def test_what_is_unknown_settles_nothing(found: list[Coverage], all_of_them: Met, one_of_them: Met) -> None:
    assert (both(found), any_of(found)) == (all_of_them, one_of_them)
    assert (both(found[::-1]), any_of(found[::-1])) == (all_of_them, one_of_them)


def meeting(asker: str, asked: str, name: str) -> tuple[Met, Met]:
    found = meet_on(TREATY, profile(asker), profile(asked), offence(name))
    return found.dual_criminality, found.serious


def test_dual_criminality_needs_both_laws() -> None:
    assert meeting("QA", "VN", "illegal-access")[0] is Met.MET
    assert meeting("QA", "VN", "illegal-interception")[0] is Met.PARTLY
    assert meeting("QA", "VN", "intimate-images-without-consent")[0] is Met.NOT_MET
    assert meeting("VN", "QA", "intimate-images-without-consent")[0] is Met.NOT_MET
    assert meeting("QA", "EG", "system-interference")[0] is Met.NOT_KNOWN


def test_seriousness_is_by_both_maxima() -> None:
    assert meeting("QA", "VN", "data-interference")[1] is Met.MET
    assert meeting("QA", "VN", "illegal-access")[1] is Met.PARTLY
    assert meeting("QA", "EG", "illegal-access")[1] is Met.NOT_MET
    assert meeting("QA", "EG", "laundering-of-proceeds")[1] is Met.MET
    assert meeting("QA", "VN", "participation-or-attempt")[1] is Met.NOT_KNOWN


def test_a_state_without_a_profile_is_not_known() -> None:
    found = meet_on(TREATY, None, profile("QA"), offence("illegal-access"))
    assert (found.dual_criminality, found.serious) == (Met.NOT_KNOWN, Met.NOT_KNOWN)
    assert powers_met(None, Needs(tuple(DATA.powers), "any")) is Met.NOT_KNOWN
    assert policy_of(None, "extradition") is None


def test_the_asked_states_powers_count() -> None:
    pairs = {(one.asker, one.asked): one for one in matrix(TREATY, DATA, SAMPLES.values())}
    measures = {
        asked: {one.measure: one.powers for one in pair.measures}
        for (asker, asked), pair in pairs.items()
        if asker == "QA" or asked == "QA"
    }
    access, preserve = "access-to-stored-data", "expedited-preservation"
    assert measures["VN"][access] is Met.MET  # type: ignore[index]
    assert measures["EG"][access] is Met.MET  # type: ignore[index]
    assert measures["QA"][preserve] is Met.MET  # type: ignore[index]


def test_the_matrix_has_every_ordered_pair() -> None:
    pairs = matrix(TREATY, DATA, SAMPLES.values())
    assert [(one.asker, one.asked) for one in pairs] == list(itertools.permutations(sorted(SAMPLES), 2))
    assert all(one.sample for one in pairs)
    assert matrix(TREATY, DATA, [profile("QA")]) == ()
    [first, _] = matrix(TREATY, DATA, [read(), profile("VN")])
    assert first.sample, "one invented law makes the answer invented"


def test_the_policy_is_that_of_the_asked_state() -> None:
    assert policy_of(profile("EG"), "access-to-stored-data") == "required"
    assert policy_of(profile("EG"), "expedited-preservation") == "no-condition"


def test_what_each_measure_needs_is_what_was_meant() -> None:
    assert {name: (set(one.powers), one.enough) for name, one in DATA.measures.items()} == {
        "expedited-preservation": ({"preservation-order"}, "all"),
        "disclosure-of-traffic-data": ({"partial-disclosure-of-traffic-data"}, "all"),
        "access-to-stored-data": ({"production-order", "search-and-seizure"}, "any"),
        "collection-of-traffic-data": ({"collection-of-traffic-data"}, "all"),
        "interception-of-content": ({"interception-of-content"}, "all"),
        "data-for-emergency": ({"production-order", "search-and-seizure"}, "any"),
    }
    assert set(DATA.measures) <= set(TREATY.measures)
