// The few movements that HTML and htmx do not make by themselves.

// What only scripts can do is shown only where they run.
document.documentElement.classList.add('scripted');

// On a phone the navigation is one line, wider than the window.
document.querySelector('.ways [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });

// Tells those who do not see the list how long it has become.
document.addEventListener('htmx:afterSettle', (event) => {
  const status = document.getElementById('list-status');
  if (status === null || event.target.id !== 'list') return;
  const rows = event.target.querySelectorAll('tbody tr').length;
  status.textContent = rows === 0 ? 'Nothing was found.' : `${rows} shown.`;
});

// A button with data-copy puts the text of the element that it names on the clipboard.
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
  if (button === null) return;
  const source = document.getElementById(button.dataset.copy);
  if (source === null) return;
  navigator.clipboard.writeText(source.textContent.trim()).then(() => {
    const before = button.textContent;
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = before;
    }, 1500);
  });
});

// A tick box with data-ticks-all ticks every box of that name in its form.
document.addEventListener('change', (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.dataset.ticksAll === undefined) return;
  for (const other of box.form.querySelectorAll(`input[name="${box.dataset.ticksAll}"]`)) {
    other.checked = box.checked;
  }
});
