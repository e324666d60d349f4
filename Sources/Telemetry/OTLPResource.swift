/// Who tells, as OTLP 1.x has it in JSON (opentelemetry-proto, "JSON Protobuf Encoding": names in lowerCamelCase, 64-bit
/// numbers as text).
package struct OTLPResource: Sendable, Equatable {
    /// "agent web1", or a run's name.
    package let instance: String
    package let version: String

    package init(instance: String, version: String) {
        self.instance = instance
        self.version = version
    }

    var tree: JSONTree {
        .object([
            "attributes": .list([
                OTLP.attribute("service.name", "faultline"), OTLP.attribute("service.version", version),
                OTLP.attribute("service.instance.id", instance),
            ])
        ])
    }

    var scope: JSONTree { .object(["name": .text("faultline"), "version": .text(version)]) }
}

enum OTLP {
    static func attribute(_ name: String, _ value: String) -> JSONTree {
        .object(["key": .text(name), "value": .object(["stringValue": .text(value)])])
    }

    /// - Parameter nanoseconds: since 1970.
    static func time(_ nanoseconds: Int64) -> JSONTree { .text(String(max(0, nanoseconds))) }
}
