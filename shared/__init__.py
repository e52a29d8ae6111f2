"""What the services share: the contract, and one door to each outside thing."""
