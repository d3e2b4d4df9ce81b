"""What tests stand on: simulators as processes, made-up customers."""
