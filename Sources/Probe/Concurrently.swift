/// Runs `body` for every element, `limit` of them at the same time; the results stand in the elements' order.
func concurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], atMost limit: Int = .max,
    _ body: @escaping @Sendable (Element) async -> Result
) async -> [Result] {
    await withTaskGroup(of: (Int, Result).self) { group in
        var results: [(Int, Result)] = []
        for (index, element) in elements.enumerated() {
            if index >= limit, let result = await group.next() { results.append(result) }
            group.addTask { (index, await body(element)) }
        }
        for await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

/// The first result that is one. The next element is begun when the one before it gave none, or took longer than
/// `interval`; when there is a result, the others are cancelled.
func firstResult<Element: Sendable, Result: Sendable>(
    of elements: [Element], startingEach interval: Duration,
    _ body: @escaping @Sendable (Element) async -> Result?
) async -> Result? {
    await withTaskGroup(of: Turn<Result>.self) { group in
        defer { group.cancelAll() }
        var begun = 0
        func beginNext() {
            guard begun < elements.count else { return }
            let element = elements[begun]
            begun += 1
            let count = begun
            group.addTask { .result(await body(element)) }
            guard begun < elements.count else { return }
            group.addTask {
                try? await Task.sleep(for: interval)
                return .waited(count)
            }
        }
        beginNext()
        for await event in group {
            switch event {
            case .result(let result?): return result
            case .result(nil): beginNext()
            case .waited(let count): if count == begun { beginNext() }
            }
        }
        return nil
    }
}

private enum Turn<Result: Sendable>: Sendable {
    case result(Result?)
    /// The element that was begun last, by its count, has had its interval.
    case waited(Int)
}
