package com.acme.order;

import org.springframework.web.bind.annotation.RequestMapping;

/** Served by a SOFARPC program over Bolt. */
@RequestMapping("/bolt")
public interface BoltOrderService extends OrderService {
}
