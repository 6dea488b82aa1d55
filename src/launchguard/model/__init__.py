"""The types that data flows through: Campaign -> Forecast -> evidence -> Finding -> Outcome -> Verdict."""
