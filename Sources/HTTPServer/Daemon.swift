import Addresses
import CMicroHTTPD
import Glibc

/// One of libmicrohttpd's daemons: a listening socket, a thread, and the connections it accepted.
struct Daemon: @unchecked Sendable {
    let port: UInt16
    private let pointer: OpaquePointer
    private let context: Unmanaged<Exchanges>

    init(_ address: ListenAddress, _ exchanges: Exchanges) throws(HTTPServerError) {
        let listener = try address.listen()
        port = listener.port
        context = .passRetained(exchanges)
        guard
            let pointer = tp_mhd_start(
                listener.socket, answerRequest, context.toOpaque(), beginRequest, endRequest,
                HTTPServer.connectionLimit, HTTPServer.idleSeconds, HTTPServer.connectionMemory)
        else {
            context.release()
            throw .cannotStart(address.text)
        }
        self.pointer = pointer
    }

    /// Listens nowhere: connections are added to it.
    init(unlistening exchanges: Exchanges, for address: ListenAddress) throws(HTTPServerError) {
        port = 0
        context = .passRetained(exchanges)
        guard
            let pointer = tp_mhd_start_unlistening(
                answerRequest, context.toOpaque(), beginRequest, endRequest,
                HTTPServer.connectionLimit, HTTPServer.idleSeconds, HTTPServer.connectionMemory)
        else {
            context.release()
            throw .cannotStart(address.text)
        }
        self.pointer = pointer
    }

    /// Takes over a connected socket; false, and it is closed, where there is no place.
    func add(_ socket: Int32, from remote: SocketAddress) -> Bool {
        let address = remote.address.bytes
        return tp_mhd_add(pointer, socket, Array(address), address.count, remote.port) != 0
    }

    /// Refuses new connections; returns the listening socket, to be closed after `stop`.
    func quiesce() -> Int32 {
        let listener = MHD_quiesce_daemon(pointer)
        // Only closing would refuse connections too, but the daemon's thread may still look at it.
        if listener >= 0 { shutdown(listener, Int32(SHUT_RDWR)) }
        return listener
    }

    /// Blocks until the daemon's thread has ended. Traps if a connection is suspended.
    func stop() {
        MHD_stop_daemon(pointer)
        context.release()
    }
}

// The daemon calls these on its own thread, one after the other for each of its requests:
// begin with the request line; answer with the head, with each piece of the body, without one at
// its end, and once more after a resume; end. Functions and not closures: a closure in main.swift
// would belong to the main actor and trap here.

private func beginRequest(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?,
    _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let context, let target else { return nil }
    let exchanges = Unmanaged<Exchanges>.fromOpaque(context).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: target, count: strlen(target))
    return Unmanaged.passRetained(exchanges.begin(RequestTarget(Array(bytes)))).toOpaque()
}

private func answerRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ path: UnsafePointer<CChar>?, _ method: UnsafePointer<CChar>?,
    _ version: UnsafePointer<CChar>?, _ body: UnsafePointer<CChar>?,
    _ bodyCount: UnsafeMutablePointer<Int>?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection = Connection(connection), let method, let bodyCount,
        let reference = slot?.pointee
    else { return .NO }
    let exchanges = Unmanaged<Exchanges>.fromOpaque(context).takeUnretainedValue()
    let exchange = Unmanaged<Exchange>.fromOpaque(reference).takeUnretainedValue()
    let step: Exchange.Step
    if let first = exchange.receiveHead(method: String(cString: method), of: connection) {
        step = first
    } else if let body, bodyCount.pointee > 0 {
        step = exchange.receiveBody(UnsafeRawBufferPointer(start: body, count: bodyCount.pointee))
        bodyCount.pointee = 0
    } else {
        step = exchange.finish(on: connection, exchanges)
    }
    switch step {
    case .read: return .YES
    case .drop: return .NO
    case .answer(let response):
        return connection.queue(response, closing: exchanges.isClosing) ? .YES : .NO
    }
}

private func endRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let context, let reference = slot?.pointee else { return }
    slot?.pointee = nil
    let exchanges = Unmanaged<Exchanges>.fromOpaque(context).takeUnretainedValue()
    exchanges.end(Unmanaged<Exchange>.fromOpaque(reference).takeRetainedValue())
}
