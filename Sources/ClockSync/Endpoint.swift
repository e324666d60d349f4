import Glibc
package import Measures

/// A numeric address and a port: "10.0.0.1:7946", "[fd00::1]:7946".
package struct Endpoint: Sendable, Hashable, Codable, CustomStringConvertible {
    package let address: String
    package let port: UInt16

    package init(address: String, port: UInt16) {
        self.address = address
        self.port = port
    }

    package var isVersion6: Bool { address.utf8.contains(0x3a) }
    package var description: String { isVersion6 ? "[\(address)]:\(port)" : "\(address):\(port)" }

    /// Calls the body with the address as C wants it. Errors: `.badAddress`.
    func withSocketAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(ClockSyncError) -> Result
    ) throws(ClockSyncError) -> Result {
        var storage = sockaddr_storage()
        let length = try fill(&storage)
        // Typed throws do not pass through withUnsafePointer's closures of today: the result carries the error out.
        let outcome: Swift.Result<Result, ClockSyncError> = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                do throws(ClockSyncError) {
                    return .success(try body(address, length))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try outcome.get()
    }

    private func fill(_ storage: inout sockaddr_storage) throws(ClockSyncError) -> socklen_t {
        let parsed = withUnsafeMutablePointer(to: &storage) { pointer -> socklen_t in
            if isVersion6 {
                return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    address.pointee.sin6_family = sa_family_t(AF_INET6)
                    address.pointee.sin6_port = port.bigEndian
                    let length = socklen_t(MemoryLayout<sockaddr_in6>.size)
                    return inet_pton(AF_INET6, self.address, &address.pointee.sin6_addr) == 1 ? length : 0
                }
            }
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                address.pointee.sin_family = sa_family_t(AF_INET)
                address.pointee.sin_port = port.bigEndian
                let length = socklen_t(MemoryLayout<sockaddr_in>.size)
                return inet_pton(AF_INET, self.address, &address.pointee.sin_addr) == 1 ? length : 0
            }
        }
        guard parsed > 0 else {
            throw ClockSyncError(
                .badAddress,
                "\"\(address)\" is no numeric IPv4 or IPv6 address, which clock probes need (no name, no zone)."
            )
        }
        return parsed
    }
}

/// Why clocks cannot be compared.
package struct ClockSyncError: ReadableError, Equatable {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        package static let badAddress = Code(description: "clock.bad-address")
        package static let socket = Code(description: "clock.socket")
    }

    package let kind: Code
    package let message: String

    package var code: String { kind.description }
    package var exitCode: ExitCode { .agentFailed }

    package init(_ kind: Code, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
