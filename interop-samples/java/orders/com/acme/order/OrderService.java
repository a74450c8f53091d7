package com.acme.order;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;

/** What the demo services have in common. */
public interface OrderService {
    @GetMapping("/greetings")
    String greet(@RequestParam("name") String name);

    @PostMapping("/numbers")
    Numbers numbers(@RequestBody Numbers value);

    @GetMapping("/sums/{left}/{right}")
    long add(@PathVariable("left") int left, @PathVariable("right") long right);

    @GetMapping("/prices")
    BigDecimal price(@RequestParam("value") BigDecimal value);

    @PostMapping("/orders")
    Order place(@RequestBody Order order) throws OrderException;

    @GetMapping("/orders/{id}")
    Order get(@PathVariable("id") String id);

    @GetMapping("/orders")
    List<Order> find(@RequestParam("customer") String customer, @RequestParam("count") int count);

    @GetMapping("/pages")
    Page<Item> page(@RequestParam("count") int count);

    @PostMapping("/stock")
    Map<String, Integer> stock(@RequestBody Map<String, Integer> levels);

    @PutMapping("/orders/{id}/touch")
    void touch(@PathVariable("id") String id);

    @PostMapping("/failures")
    void fail(@RequestParam("kind") String kind) throws OrderException;
}
