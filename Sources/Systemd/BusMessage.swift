import CSystemd
import LinuxSystem

/// A message of a bus; read from its beginning on.
struct BusMessage: ~Copyable {
    private let functions: csystemd
    private let handle: ForeignHandle

    /// Takes the message over; nil when there is none.
    init?(_ message: OpaquePointer?, _ functions: csystemd) {
        guard let handle = ForeignHandle(message, release: functions.sd_bus_message_unref) else { return nil }
        self.functions = functions
        self.handle = handle
    }

    var pointer: OpaquePointer { handle.pointer }

    /// Who sent it, by the name that the bus gave.
    var sender: String? { functions.sd_bus_message_get_sender(pointer).map { String(cString: $0) } }

    func isSignal(_ interface: String, _ member: String) -> Bool {
        functions.sd_bus_message_is_signal(pointer, interface, member) > 0
    }

    /// Adds an argument. C: `sd_bus_message_append_basic`; negative: an errno.
    func append(_ text: String) -> Int32 {
        functions.sd_bus_message_append_basic(pointer, FieldType.string.rawValue, text)
    }

    /// The next field. Nil: it is of another type, or there is none.
    func text(_ type: FieldType = .string) -> String? {
        var text: UnsafePointer<CChar>?
        guard functions.sd_bus_message_read_basic(pointer, type.rawValue, &text) > 0 else { return nil }
        return text.map { String(cString: $0) }
    }

    func number() -> UInt32? {
        var number: UInt32 = 0
        let code = functions.sd_bus_message_read_basic(pointer, FieldType.number.rawValue, &number)
        return code > 0 ? number : nil
    }

    /// As D-Bus writes them in a signature: s, o, u.
    enum FieldType: CChar {
        case string = 0x73
        case path = 0x6f
        case number = 0x75
    }
}
