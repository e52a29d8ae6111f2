"""Who exists: business numbers, customers, tokens and media."""

from collections import OrderedDict
from typing import Any

from simulator import magic
from simulator.chance import Chance
from simulator.customer import Customer
from simulator.identifiers import bsuid, digits
from simulator.number import Number
from simulator.tokens import Tokens

NUMBERS_MAX = 1_000
INBOUND_MAX = 200_000


class World:
    """The registry; strangers become customers when they are first written to, the oldest are forgotten first."""

    def __init__(self, chance: Chance, customers_max: int) -> None:
        self.chance = chance
        self.customers_max = customers_max
        self.numbers: dict[str, Number] = {}
        self.tokens = Tokens()
        self.customers: OrderedDict[str, Customer] = OrderedDict()
        # wamid of what a customer wrote -> (customer, number, timestamp): for read receipts.
        self.inbound: OrderedDict[str, tuple[str, str, float]] = OrderedDict()
        self._by_address: dict[str, Customer] = {}

    def add_number(self, number: Number) -> Number:
        """Register a business number."""
        if len(self.numbers) >= NUMBERS_MAX and number.id not in self.numbers:
            raise ValueError(f"no more than {NUMBERS_MAX} numbers")
        self.numbers[number.id] = number
        return number

    def number(self, number_id: str | None = None) -> Number:
        """A number by id, or the first one."""
        if number_id is None:
            return next(iter(self.numbers.values()))
        return self.numbers[number_id]

    def has_account(self, account_id: str) -> bool:
        """Whether any number belongs to this account."""
        return any(n.account_id == account_id for n in self.numbers.values())

    def add_customer(self, customer: Customer) -> Customer:
        """Let a person exist; ids, phones and BSUIDs are unique."""
        for address in (customer.id, customer.phone, customer.bsuid, customer.parent_bsuid):
            if address and address in self._by_address and self._by_address[address] is not customer:
                raise ValueError(f"{address} is someone already")
        self.customers[customer.id] = customer
        self.index(customer)
        if len(self.customers) > self.customers_max:
            self.remove_customer(next(iter(self.customers)))
        return customer

    def index(self, customer: Customer) -> None:
        """Make a customer findable under everything they are called now; what they were called stays."""
        for address in (customer.id, customer.phone, customer.bsuid, customer.parent_bsuid):
            if address:
                self._by_address[address] = customer

    def unindex(self, address: str) -> None:
        """Let an address lead nowhere, as a phone number that was given up."""
        self._by_address.pop(address, None)

    def remove_customer(self, customer_id: str) -> None:
        """Forget a person."""
        customer = self.customers.pop(customer_id)
        for address in [a for a in (customer.id, customer.phone, customer.bsuid, customer.parent_bsuid) if a]:
            self._by_address.pop(address, None)
        for address in customer.aliases:
            if self._by_address.get(address) is customer:
                del self._by_address[address]

    def customer(self, address: str) -> Customer:
        """By id, phone (with or without +) or BSUID; a phone nobody has makes a stranger."""
        found = self.find(address)
        if found is not None:
            return found
        phone = digits(address)
        if not 7 <= len(phone) <= 15 or len(phone) < len(address.lstrip("+")):
            raise KeyError(address)
        return self.stranger(phone)

    def find(self, address: str) -> Customer | None:
        """The customer under an address, if there is one."""
        return self._by_address.get(address) or self._by_address.get(digits(address) or address)

    def stranger(self, phone: str) -> Customer:
        """Someone with a phone about whom nothing is known."""
        habit = magic.habit(phone)
        return self.add_customer(
            Customer(
                id=phone,
                name=f"+{phone}",
                phone=phone,
                bsuid=bsuid("US", self.chance.ids),
                habit=habit or "plain",
                online=not magic.offline(phone),
                reads=not magic.never_reads(phone),
            )
        )

    def dialled(self, to: str, number: Number) -> Customer:
        """Whom `to` reaches: without + and unknown, Graph prefixes the business's own country code."""
        phone = digits(to)
        for candidate in spellings(phone):
            if found := self._by_address.get(candidate):
                return found
        if not to.strip().startswith("+") and not magic.is_magic(phone):
            phone = country_code(number.display_number) + phone
        return self._by_address.get(phone) or self.stranger(phone)

    def remember_inbound(self, wamid: str, customer: Customer, number: Number, timestamp: float) -> None:
        """So that a read receipt for it is understood later."""
        self.inbound[wamid] = (customer.id, number.id, timestamp)
        if len(self.inbound) > INBOUND_MAX:
            self.inbound.popitem(last=False)

    def shown(self) -> dict[str, Any]:
        """Sizes, for the admin API."""
        return {"numbers": list(self.numbers), "customers": len(self.customers), "inbound": len(self.inbound)}


def country_code(display_number: str) -> str:
    """The calling code of a number; enough countries for play, one digit for North America."""
    if display_number[:1] in {"1", "7"}:
        return display_number[:1]
    return display_number[:2]


def spellings(phone: str) -> tuple[str, ...]:
    """A number and its other spelling: Brazil's ninth digit and Mexico's 1 come and go in a wa_id."""
    if phone.startswith("55") and len(phone) == 13 and phone[4] == "9":
        return phone, phone[:4] + phone[5:]
    if phone.startswith("55") and len(phone) == 12:
        return phone, f"{phone[:4]}9{phone[4:]}"
    if phone.startswith("52") and len(phone) == 12:
        return phone, f"521{phone[2:]}"
    return (phone,)
