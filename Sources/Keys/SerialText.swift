package import X509

extension Certificate.SerialNumber {
    /// Hexadecimal, as `openssl x509 -serial` shows it, in small letters.
    package var text: String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// nil: not hexadecimal of at most 20 bytes (RFC 5280, section 4.1.2.2).
    package init?(text: String) {
        let values = text.compactMap(\.hexDigitValue)
        guard values.count == text.count, values.count % 2 == 0, (2...40).contains(values.count) else {
            return nil
        }
        self.init(
            bytes: stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
        )
    }
}
