/// Writes one page from many sources, as the targets of a scrape, without holding the samples of all of them.
///
/// No two sources may have a series in common; within one the first sample of a series counts.
package struct ExpositionWriter {
    private let format: Exposition.Format
    /// The lines of each family so far, in the order in which they came first.
    private var pages: [Page] = []
    private var places: [String: Int] = [:]

    package init(_ format: Exposition.Format) { self.format = format }

    package mutating func add(_ families: [MetricFamily]) {
        for family in Exposition(families).families {
            pages[place(of: family)].add(family)
        }
    }

    private mutating func place(of family: MetricFamily) -> Int {
        if let place = places[family.name] { return place }
        var page = Page(format)
        page.begin(family)
        pages.append(page)
        places[family.name] = pages.count - 1
        return pages.count - 1
    }

    /// The whole page; nothing can be added any more.
    package consuming func finish() -> [UInt8] {
        var whole = Page(format)
        whole.reserve(pages.reduce(16) { $0 + $1.bytes.count })
        for index in pages.indices {
            whole.add(pages[index])
            // Given back at once: the two halves of a large page need not be there at the same time.
            pages[index] = Page(format)
        }
        whole.end()
        return whole.bytes
    }
}
