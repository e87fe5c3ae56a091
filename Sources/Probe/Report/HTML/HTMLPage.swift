/// A page under construction; all text is escaped on its way in.
package struct HTMLPage {
    private var body = ""
    private let title: String

    package init(title: String) { self.title = title }

    /// The whole document.
    package var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(Self.escaped(title))</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <main>
        \(body)</main>
        </body>
        </html>

        """
    }

    /// A text, perhaps with a meaning for the eye, perhaps leading somewhere.
    package struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var mark: Mark?
        /// An address relative to the page, percent-encoded where it must be.
        var link: String?

        package enum Mark: String {
            case good, bad, warning
        }

        package init(_ text: String, _ mark: Mark? = nil, link: String? = nil) {
            (self.text, self.mark, self.link) = (text, mark, link)
        }

        package init(stringLiteral text: String) { self.init(text) }
    }

    /// A field of a form: its label, its name in the query, what stands in it and what it suggests.
    package struct Field {
        var label: String
        var name: String
        var value: String
        var placeholder: String

        package init(_ label: String, name: String, value: String = "", placeholder: String = "") {
            (self.label, self.name) = (label, name)
            (self.value, self.placeholder) = (value, placeholder)
        }
    }

    package mutating func heading(_ level: Int, _ text: String, _ mark: Cell.Mark? = nil) {
        element("h\(level)", Cell(text, mark))
    }

    package mutating func paragraph(_ text: String) { element("p", Cell(text)) }

    /// A term and what is said of it; several texts become a list's lines.
    mutating func terms(_ pairs: [(term: String, texts: [String])]) {
        body += "<dl>\n"
        for pair in pairs where !pair.texts.isEmpty {
            element("dt", Cell(pair.term))
            for text in pair.texts { element("dd", Cell(text)) }
        }
        body += "</dl>\n"
    }

    package mutating func table(_ columns: [String], _ rows: [[Cell]]) {
        body += "<div class=\"table\"><table>\n<thead><tr>"
        for column in columns { body += "<th scope=\"col\">\(Self.escaped(column))</th>" }
        body += "</tr></thead>\n<tbody>\n"
        for row in rows {
            body += "<tr>"
            for cell in row {
                body += "<td\(Self.attribute(cell.mark))>\(Self.content(cell))</td>"
            }
            body += "</tr>\n"
        }
        body += "</tbody>\n</table></div>\n"
    }

    package mutating func section(_ id: String, _ content: (inout HTMLPage) -> Void) {
        body += "<section id=\"\(Self.escaped(id))\">\n"
        content(&self)
        body += "</section>\n"
    }

    package mutating func list(_ items: [Cell]) {
        body += "<ul>\n"
        for item in items { element("li", item) }
        body += "</ul>\n"
    }

    /// A form that asks `action` with its fields as the query; the first field is required.
    package mutating func form(_ action: String, _ fields: [Field], button: String) {
        body += "<form action=\"\(Self.escaped(action))\">\n"
        for (index, field) in fields.enumerated() {
            body +=
                "<label>\(Self.escaped(field.label)) <input name=\"\(Self.escaped(field.name))\""
                + " value=\"\(Self.escaped(field.value))\""
                + " placeholder=\"\(Self.escaped(field.placeholder))\"\(index == 0 ? " required autofocus" : "")>"
                + "</label>\n"
        }
        body += "<button>\(Self.escaped(button))</button>\n</form>\n"
    }

    private mutating func element(_ name: String, _ cell: Cell) {
        body += "<\(name)\(Self.attribute(cell.mark))>\(Self.content(cell))</\(name)>\n"
    }

    private static func content(_ cell: Cell) -> String {
        let text = escaped(cell.text)
        return cell.link.map { "<a href=\"\(escaped($0))\">\(text)</a>" } ?? text
    }

    private static func attribute(_ mark: Cell.Mark?) -> String {
        mark.map { " class=\"\($0.rawValue)\"" } ?? ""
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static let style = """
        :root{color-scheme:light dark;--good:#1a7f37;--bad:#b42318;--warning:#9a6700;--line:#8884}
        @media(prefers-color-scheme:dark){:root{--good:#4ac26b;--bad:#ff8a80;--warning:#e3b341}}
        body{margin:0;font:16px/1.5 system-ui,sans-serif}
        main{max-width:70rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
        h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin-top:2rem}
        dl{margin:0}dt{font-weight:600;margin-top:.5rem}dd{margin:0 0 0 1rem}
        .table{overflow-x:auto}table{border-collapse:collapse;width:100%;overflow-wrap:normal}
        th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
        form{display:flex;flex-wrap:wrap;gap:1rem}input,button{font:inherit;padding:.3rem .6rem}
        .good{color:var(--good)}.bad{color:var(--bad)}.warning{color:var(--warning)}
        """
}
