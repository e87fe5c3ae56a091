/// Waits by the time they end: a binary heap, from which ended waits are swept now and then.
struct DeadlineQueue {
    struct Entry {
        let deadline: Deadline
        let wait: Reactor.WaitID
    }

    private var heap: [Entry] = []

    var first: Entry? { heap.first }

    /// Adds an entry; sweeps those that `isLive` denies once they outnumber the `living`.
    mutating func insert(_ entry: Entry, living: Int, isLive: (Reactor.WaitID) -> Bool) {
        if heap.count >= 64, heap.count > 2 * living {
            heap = heap.filter { isLive($0.wait) }
            heap.sort { $0.deadline < $1.deadline }
        }
        heap.append(entry)
        siftUp(from: heap.count - 1)
    }

    /// Takes the earliest entry if its time has come.
    mutating func popFirst(at now: Deadline) -> Entry? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        return first
    }

    private mutating func siftUp(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].deadline < heap[parent].deadline else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func siftDown() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
                if heap[child].deadline < heap[least].deadline { least = child }
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
