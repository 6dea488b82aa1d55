"""From the landing page to the cart, as a visitor of the spring sale goes.

A plain Locust locustfile: `locust -f checkout.py` runs it too. In the manifest:

    load: {journey: ../journeys/checkout.py, data: ../journeys/visitors.csv, timeout: 30s}
"""

from locust import FastHttpUser, SequentialTaskSet, between, task

from launchguard.journey import safe_to_repeat


class Checkout(SequentialTaskSet):
    """The steps in their order."""

    wait_time = between(1, 3)  # seconds to read before the next click

    @task
    def land(self) -> None:
        """Open the page that the campaign's links lead to."""
        self.client.get(self.user.page, name="landing page")

    @task
    def look(self) -> None:
        """Open the article that this visitor came for."""
        article = self.user.row["article"]
        with self.client.get(f"/article/{article}", name="article", catch_response=True) as answer:
            if "Add to cart" not in (answer.text or ""):
                answer.failure("the article cannot be bought")

    @task
    @safe_to_repeat  # a cart that nobody pays for; ordering is left out on purpose
    def add_to_cart(self) -> None:
        """Put it into the cart."""
        self.client.post("/cart", json={"article": self.user.row["article"]}, name="cart")


class Visitor(FastHttpUser):
    """Four of five visitors go as far as the cart."""

    weight = 4
    tasks = [Checkout]  # noqa: RUF012 - as Locust wants it


class Bouncer(FastHttpUser):
    """One of five leaves at once."""

    @task
    def land(self) -> None:
        """Open the landing page, and go."""
        self.client.get(self.page, name="landing page")
