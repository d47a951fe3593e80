"""What every random life shows in the end, whatever was drawn: the guard stands where chance may not look."""

from datetime import timedelta

from tests.disposal.model import Agency


class AgencyOnTrial(Agency):
    """An agency that is asked the hard questions before its last batch."""

    def trial(self) -> None:
        """Hold one lapsed paper and lend another: no batch takes them, nor a clock that runs behind any."""
        lapsed = [paper for paper in self.applications() if paper.may_go(self.office.today())]
        places = list(self.papers.values())
        held, lent = (
            [places.index(paper) for paper in lapsed[:1]],
            [places.index(paper) for paper in lapsed[1:2]],
        )
        for which in held:
            self.hold(which)
        for which in lent:
            self.lend_or_take_back(which)
        self.clock_runs_backwards(1)
        self.draft()  # exactly what the law lets go: neither of the two
        for which in lent:
            self.lend_or_take_back(which)
        for paper in lapsed[:1]:
            self.release_all(paper)
        self._changed_date()

    def _changed_date(self) -> None:
        """Draft what lapsed, correct the date of one of its papers: nobody signs the old catalogue."""
        drafted = len(self.batches)
        self.draft()
        if len(self.batches) == drafted:
            return
        batch = self.batches[-1]
        applications = self.applications()
        which = next(at for at, paper in enumerate(applications) if paper.record in batch.records)
        self.correct(which, 1)
        changed = applications[which]
        assert changed.cancelled is not None
        assert changed.cancelled - timedelta(days=1) == batch.cancelled[changed.record]
        self.sign(which=len(self.open_batches()) - 1, kind="approval")
        self.withdraw(which=len(self.open_batches()) - 1)
