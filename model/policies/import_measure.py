"""What duties, rules of origin and procedures against coercion share: a state that stands between its buyers and sellers abroad."""

from model.policies.instrument import Instrument
from model.policies.vocabulary import Countries, Country, Goods, expand_countries, expand_goods, given


class ImportMeasure(Instrument, family=True):
    """A state acts on what its country buys abroad."""

    importer: Country = given("Importing country whose state acts; EU27 covers its members", "country")
    origins: Countries = given('Countries whose goods are meant; "*" is every other', "country")
    goods: Goods = given('Goods it covers; "*" is all', "good")

    @property
    def actor(self) -> str:
        """The importing country."""
        return self.importer

    @property
    def buyers(self) -> frozenset[str]:
        """Countries whose purchases it covers."""
        return expand_countries([self.importer], self.words)

    @property
    def sellers(self) -> frozenset[str]:
        """Countries whose goods are meant; goods from home never are."""
        return expand_countries(self.origins, self.words) - self.buyers

    @property
    def covered_goods(self) -> tuple[str, ...]:
        """The goods it covers, each by name."""
        return expand_goods(self.goods, self.words)
