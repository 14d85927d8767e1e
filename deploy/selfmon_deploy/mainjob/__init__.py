"""The platform's main job from end to end, as its users do it (DOMAIN "The flow"). Used by ``make run``, ``make demo`` and the tests."""

from collections.abc import Callable

import click

from selfmon_deploy.client import StepFailed
from selfmon_deploy.mainjob.results import Results


class MainJob(Results):
    """All steps in order."""

    def run(self) -> bool:
        """All steps in order, until one fails."""
        steps: list[Callable[[], None]] = [
            self.sign_on, self.receive_permits, self.check_permit, self.keep_basic_information, self.add_points, self.give_diagram,
            self.match, self.write_overview, self.export_plan, self.import_plan, self.approve_plan, self.plan_uploaded,
            self.enter_results, self.results_published, self.register_stop, self.registration_uploaded, self.public_sees, self.scope_holds,
        ]  # fmt: skip
        try:
            for step in steps:
                step()
        except StepFailed:
            return False
        return True


def run_main_job(base_url: str, *, national_url: str, echo: Callable[[str], object] = print) -> bool:
    """Run the main job against a platform that runs; answers whether every step succeeded."""
    job = MainJob(base_url, national_url, echo)
    try:
        return job.run()
    finally:
        job.close()


@click.command("main-job")
@click.option("--base-url", default="http://127.0.0.1:8000", show_default=True)
@click.option("--national-url", default="http://127.0.0.1:8001", show_default=True)
def main_job(base_url: str, national_url: str) -> None:
    """Run the main job against a platform that runs with the demo's data."""
    raise SystemExit(0 if run_main_job(base_url, national_url=national_url, echo=click.echo) else 1)
