import Testing

/// One after the other: hundreds of probes at once would make each other's answers late.
@Suite(.serialized) struct ScalingTests {}
