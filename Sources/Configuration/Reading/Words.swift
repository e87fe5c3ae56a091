/// The text in double quotes on one line, cut after 64 characters.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars.prefix(64) {
        let isHarmless = scalar.properties.generalCategory != .control && scalar != "\""
        result += isHarmless ? String(scalar) : scalar.escaped(asASCII: true)
    }
    return result + (text.unicodeScalars.count > 64 ? "…\"" : "\"")
}

/// `; did you mean "KNOWN"?` for the nearest known word, empty when none is near.
func suggestion(for word: String, among known: some Sequence<String>) -> String {
    let near = known.lazy.map { (word: $0, distance: editDistance(word, $0)) }
        .filter { $0.distance <= max(1, min(word.utf8.count, $0.word.utf8.count) / 3) }
        .min { ($0.distance, $0.word) < ($1.distance, $1.word) }
    return near.map { "; did you mean \"\($0.word)\"?" } ?? ""
}

/// `a, b or c`.
func alternatives(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
}

/// Insertions, deletions, replacements and swaps of neighbours between two words, in bytes.
private func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count <= 64, right.count <= 64 else { return .max }
    var beforeLast = Array(repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            var best = min(last[column + 1] + 1, current[column] + 1)
            best = min(best, last[column] + (left[row] == right[column] ? 0 : 1))
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                best = min(best, beforeLast[column - 1] + 1)
            }
            current.append(best)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
