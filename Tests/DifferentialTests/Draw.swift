/// Random numbers that a seed decides (SplitMix64): the same on every machine.
struct Draw: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// True in so many of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { number(below: 100) < percent }

    mutating func number(below bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    /// One of these; nil of none.
    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[number(below: elements.count)]
    }

    /// One of these, each as often as its weight says; the last where weights run out.
    mutating func weighted<Element>(_ last: Element, _ others: (Int, Element)...) -> Element {
        var number = number(below: 100)
        for (weight, element) in others {
            if number < weight { return element }
            number -= weight
        }
        return last
    }

    /// So many of them at most, in random order.
    mutating func some<Element>(_ count: Int, of elements: [Element]) -> [Element] {
        Array(elements.shuffled(using: &self).prefix(count))
    }
}
