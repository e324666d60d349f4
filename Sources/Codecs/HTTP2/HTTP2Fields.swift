import CNghttp2

/// The fields of a request as nghttp2 takes them, encoded once a connection and not copied again.
final class HTTP2Fields {
    let values: UnsafeMutablePointer<nghttp2_nv>
    let count: Int
    private let text: UnsafeMutablePointer<UInt8>

    init(_ fields: [HTTP2Script.Field]) {
        count = fields.count
        values = .allocate(capacity: max(1, fields.count))
        text = .allocate(capacity: max(1, fields.reduce(0) { $0 + $1.name.count + $1.value.count }))
        var place = text
        let flags = UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)
        for (index, field) in fields.enumerated() {
            let name = place
            for byte in field.name { (place.pointee, place) = (byte, place + 1) }
            let value = place
            for byte in field.value { (place.pointee, place) = (byte, place + 1) }
            (values + index).initialize(
                to: nghttp2_nv(
                    name: name,
                    value: value,
                    namelen: field.name.count,
                    valuelen: field.value.count,
                    flags: flags
                )
            )
        }
    }

    deinit {
        values.deallocate()
        text.deallocate()
    }
}
