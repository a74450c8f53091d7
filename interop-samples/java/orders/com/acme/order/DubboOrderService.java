package com.acme.order;

import org.springframework.web.bind.annotation.RequestMapping;

/** Served by a Dubbo provider, as version 1.0.0. */
@RequestMapping("/dubbo")
public interface DubboOrderService extends OrderService {
}
