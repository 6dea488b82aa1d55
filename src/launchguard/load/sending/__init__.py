"""What runs inside Locust's processes: the packaged locustfile, the engine, its client and the visitors."""
