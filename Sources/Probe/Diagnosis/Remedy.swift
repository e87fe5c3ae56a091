extension FailureClass {
    /// What to do about it, one sentence for the operator.
    package var remedy: String { "" }
}
