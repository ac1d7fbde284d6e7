internal import CCurl

/// What can be set of a request, with the kind of its value: curl_easy_setopt(3) has the words for each.
public struct CurlOption<Value> {
  let number: CURLoption
}

extension CurlOption<String> {
  public static var url: Self { Self(number: CURLOPT_URL) }
  public static var method: Self { Self(number: CURLOPT_CUSTOMREQUEST) }
  /// Those that may be used, by commas.
  public static var protocols: Self { Self(number: CURLOPT_PROTOCOLS_STR) }
  /// Empty for none, whatever the environment says.
  public static var proxy: Self { Self(number: CURLOPT_PROXY) }
  public static var userAgent: Self { Self(number: CURLOPT_USERAGENT) }
  /// `aws:amz:REGION:SERVICE`, to sign with the user's name and password.
  public static var signature: Self { Self(number: CURLOPT_AWS_SIGV4) }
  public static var userName: Self { Self(number: CURLOPT_USERNAME) }
  public static var password: Self { Self(number: CURLOPT_PASSWORD) }
}

extension CurlOption<Int> {
  /// 1 to go where an answer leads.
  public static var followsRedirections: Self { Self(number: CURLOPT_FOLLOWLOCATION) }
  /// 1 to ask for the head of an answer only.
  public static var headOnly: Self { Self(number: CURLOPT_NOBODY) }
  /// For a connection.
  public static var connectionSeconds: Self { Self(number: CURLOPT_CONNECTTIMEOUT) }
  /// For the whole.
  public static var seconds: Self { Self(number: CURLOPT_TIMEOUT) }
  /// Of less than this, a second, for `slowSeconds`, it is given up.
  public static var slowBytesPerSecond: Self { Self(number: CURLOPT_LOW_SPEED_LIMIT) }
  public static var slowSeconds: Self { Self(number: CURLOPT_LOW_SPEED_TIME) }
}
