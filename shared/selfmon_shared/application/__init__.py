"""How a service is put together and run, without any messaging framework: definition, dispatch, following, tasks, settings, tokens."""
