import itertools
from datetime import date, timedelta

import pytest

from tests.bookings.conftest import Diary, coming


@pytest.mark.parametrize(
    ("clock", "duration", "answer"),
    [
        ("09:00", 60, "ok"),
        ("08:59", 60, "outside_hours"),
        ("17:00", 60, "ok"),
        ("17:01", 60, "outside_hours"),
        ("18:00", 60, "outside_hours"),
        ("09:00", 540, "ok"),
        ("09:00", 541, "outside_hours"),
    ],
)
def test_without_hours_a_business_is_open_from_nine_to_six(
    diary: Diary, monday: date, clock: str, duration: int, answer: str
) -> None:
    assert diary.check(diary.at(monday, clock), duration) == answer


def test_a_night_belongs_to_the_day_on_which_it_opens(diary: Diary) -> None:
    friday = coming(4)
    diary.setup(zone="Europe/Berlin", hours={"weekly": {"fri": [["22:00", "02:00"]]}})
    saturday = friday + timedelta(days=1)
    assert diary.check(diary.at(friday, "21:59")) == "outside_hours"
    assert diary.check(diary.at(friday, "23:30")) == "ok"
    assert diary.check(diary.at(saturday, "01:00")) == "ok"
    assert diary.check(diary.at(saturday, "01:01")) == "outside_hours"
    assert diary.check(diary.at(saturday, "22:00")) == "outside_hours"
    found = diary.slots(diary.at(friday, "00:00"), diary.at(saturday, "23:00"))
    assert [row[2][11:16] for row in found] == ["22:00", "23:00", "00:00", "01:00"]


def test_an_appointment_fits_across_intervals_that_meet_at_midnight(diary: Diary) -> None:
    friday = coming(4)
    diary.setup(hours={"weekly": {"fri": [["20:00", "24:00"]], "sat": [["00:00", "02:00"]]}})
    assert diary.check(diary.at(friday, "23:30")) == "ok"
    assert diary.check(diary.at(friday, "23:30"), 151) == "outside_hours"


@pytest.mark.parametrize(("month", "slots"), [(3, 5), (10, 7)])
def test_the_night_when_clocks_change_has_an_hour_less_or_more(diary: Diary, month: int, slots: int) -> None:
    sunday = coming(6, month=month)
    diary.setup(zone="Europe/Berlin", hours={"weekly": {"sun": [["00:00", "06:00"]]}}, max_days_ahead=3650)
    found = diary.slots(diary.at(sunday, "00:00"), diary.at(sunday + timedelta(days=1), "00:00"))
    assert len(found) == slots
    assert all(one[1] == other[0] for one, other in itertools.pairwise(found))
    labels = [row[2] for row in found]
    assert len(set(labels)) == slots
    if month == 10:
        assert [label[11:] for label in labels if "T02:00" in label] == ["02:00+02:00", "02:00+01:00"]
    for row in found:
        assert diary.check(row[0]) == "ok"


def test_an_interval_that_a_change_of_clocks_reverses_is_left_out(diary: Diary) -> None:
    sunday = coming(6, month=3)
    diary.setup(zone="Europe/Berlin", hours={"weekly": {"sun": [["02:30", "03:15"]]}}, max_days_ahead=3650)
    start, end = diary.at(sunday, "00:00"), diary.at(sunday, "12:00")
    assert diary.slots(start, end, 15) == []
    for minutes in range(0, 720, 15):
        assert diary.check(start + timedelta(minutes=minutes), 15) == "outside_hours"


def test_special_days_replace_hours_and_closures_cut_them(diary: Diary, monday: date) -> None:
    tuesday, wednesday = monday + timedelta(days=1), monday + timedelta(days=2)
    diary.setup(
        zone="America/New_York",
        hours={
            "weekly": {key: [["09:00", "17:00"]] for key in ["mon", "tue", "wed"]},
            "special": {f"{monday}": [], f"{tuesday}": [["18:00", "20:00"]]},
            "closures": [{"from": f"{wednesday}T11:30", "to": f"{wednesday}T14:00"}],
        },
    )
    assert diary.check(diary.at(monday, "10:00")) == "outside_hours"
    assert diary.check(diary.at(tuesday, "10:00")) == "outside_hours"
    assert diary.check(diary.at(tuesday, "19:00")) == "ok"
    assert diary.check(diary.at(wednesday, "11:00"), 30) == "ok"
    assert diary.check(diary.at(wednesday, "11:00"), 31) == "outside_hours"
    assert diary.check(diary.at(wednesday, "14:00")) == "ok"
    found = diary.slots(diary.at(monday, "00:00"), diary.at(wednesday, "23:59"))
    assert [row[2][11:16] for row in found] == ["18:00", "19:00", "09:00", "10:00", "14:00", "15:00", "16:00"]


def test_answers_do_not_depend_on_the_session(diary: Diary, monday: date) -> None:
    diary.setup(zone="Asia/Kolkata", hours={"weekly": {"mon": [["09:00", "12:00"]]}, "special": {"2020-01-01": []}})
    start, end = diary.at(monday, "00:00"), diary.at(monday, "23:00")
    plain = diary.slots(start, end), diary.check(diary.at(monday, "11:00")), diary.check(diary.at(monday, "11:30"))
    with diary.database.as_service("voice_agent") as sql:
        sql("set local timezone = 'Asia/Tokyo'")
        sql("set local datestyle = 'German, DMY'")
        query = (
            "select extract(epoch from starts_at), local_start, free, check_appointment_time(%s, %s), check_appointment_time(%s, %s)"
            " from available_slots(%s, %s, %s)"
        )
        params = diary.id, diary.at(monday, "11:00"), diary.id, diary.at(monday, "11:30"), diary.id, start, end
        there = sql(query, *params).fetchall()
    assert [row[:3] for row in there] == [(row[0].timestamp(), row[2], row[3]) for row in plain[0]]
    assert there[0][3:] == plain[1:] == ("ok", "outside_hours")
    assert plain[0][0][2] == f"{monday}T09:00+05:30"
