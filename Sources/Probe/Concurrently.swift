import Synchronization

/// Runs `body` for every element, `limit` of them at the same time; the results stand in the elements' order.
func concurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], atMost limit: Int = .max,
    _ body: @escaping @Sendable (Element) async -> Result
) async -> [Result] {
    // One alone needs no task of its own.
    guard elements.count > 1 else { return elements.isEmpty ? [] : [await body(elements[0])] }
    let results = Results<Result>(count: elements.count)
    await withDiscardingTaskGroup { group in
        for _ in 0..<min(limit, elements.count) {
            group.addTask {
                while let index = results.next() {
                    results.note(await body(elements[index]), at: index)
                }
            }
        }
    }
    return results.all
}

/// A large value by reference, so that the frames of all tasks that pass it on have room for a reference only.
final class Boxed<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}

/// Where tasks put their results: they need no room in the tasks and their group then, whatever their size.
private final class Results<Result: Sendable>: Sendable {
    private let state: Mutex<(begun: Int, results: [Result?])>

    init(count: Int) { state = Mutex((0, Array(repeating: nil, count: count))) }

    /// The next element to be done; nil when all have been begun.
    func next() -> Int? {
        state.withLock { state in
            guard state.begun < state.results.count else { return nil }
            defer { state.begun += 1 }
            return state.begun
        }
    }

    func note(_ result: Result, at index: Int) {
        state.withLock { $0.results[index] = result }
    }

    var all: [Result] { state.withLock { $0.results.compactMap(\.self) } }
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
