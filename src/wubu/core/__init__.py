"""What every other room stands on: settings, types, devices, seeds, names, variables, the registry."""
