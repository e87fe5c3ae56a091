import Testing

/// One at a time: signing and validating without end, they would leave no thread to tests that keep time.
@Suite(.serialized) enum DNSSECTests {}
