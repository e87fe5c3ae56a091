import Testing

@testable import Probe

@Suite struct HTTPReplyTests {
    func reply(_ text: String) -> HTTPReply? { HTTPReply(Array(text.utf8)) }

    /// The bytes after which nothing need be waited for.
    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 40),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", 40),
            ("HTTP/1.1 200 OK\r\n\r\n", Int.max),
            ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Int.max),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", Int.max),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", Int.max),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", nil), ("", nil),
        ] as [(String, Int?)])
    func headPromisesALength(text: String, count: Int?) {
        #expect(HTTPReply.promisedCount(Array(text.utf8)) == count)
    }

    @Test func `An answer is read however its lines and its body end`() throws {
        for end in ["\r\n", "\n"] {
            let head = ["HTTP/1.1 200 OK", "Content-Type: Text/Plain; charset=x", "A:"]
                .joined(separator: end)
            for (field, body) in [
                ("", "hello"), ("Content-Length: 5", "hello, and more"),
                ("Transfer-Encoding: chunked", "2;x=y\(end)he\(end)3\(end)llo\(end)0\(end)\(end)"),
            ] {
                let fields = field.isEmpty ? "" : end + field
                let seen = try #require(reply(head + fields + end + end + body), "\(field)")
                #expect(seen.status == 200)
                #expect(seen.contentType == "text/plain")
                #expect(seen.body == Array("hello".utf8))
            }
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/2 200\r\n\r\n", "200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    ])
    func `What is no whole answer is none`(_ text: String) {
        #expect(reply(text) == nil)
    }

    @Test func `A head without end is none, however much comes`() {
        let fields = String(repeating: "A: b\r\n", count: 5000)
        #expect(reply("HTTP/1.1 200 OK\r\n\(fields)\r\nhello") == nil)
        #expect(reply("HTTP/1.1 200 OK\r\n\(fields.prefix(2000))\r\nhello") != nil)
    }
}
