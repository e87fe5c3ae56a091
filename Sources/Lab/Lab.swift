// The embedded world.
