import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from records.models import NumberSeries
from records.services import next_number


@pytest.mark.django_db
def test_each_series_counts_from_one():
    given = [next_number(series) for series in ("certificate 2026", "certificate 2026", "receipt")]
    assert given == [1, 2, 1]


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back():
    next_number("certificate")
    with transaction.atomic():
        next_number("certificate")
        transaction.set_rollback(True)
    assert next_number("certificate") == 2
    assert NumberSeries.objects.get().last == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_is_given_only_inside_a_transaction():
    with pytest.raises(TransactionManagementError):
        next_number("certificate")
